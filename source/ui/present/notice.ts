import type {ErrorCode} from '../../errors.ts';
import type {FleetSlice} from '../../fleet/slice.ts';
import {harmless, wrap} from './cells.ts';
import type {Segment} from './paint.ts';

/** A host that answers is not one that cannot be reached. */
const troubleOf = (code: ErrorCode): string =>
	code === 'host-missing' || code === 'protocol-mismatch'
		? 'cannot be attended yet'
		: 'cannot be reached';

/** What stands in place of the agents when there are none to show: what is the matter, and what to do. */
export const notice = (
	slice: FleetSlice,
	{
		filter,
		transport,
		remotes,
		width,
	}: {filter: string; transport: string; remotes: readonly string[]; width: number},
): Segment[][] => {
	const {link, remote} = slice;
	const inner = Math.max(10, width - 4);
	const say = (text: string, style: Segment[1] = {}): Segment[][] =>
		wrap(text, inner).map(line => [[`   ${line}`, style]]);
	const key = (name: string, what: string): Segment[] => [
		[`   ${name}`, {bold: true, colour: 'cyan'}],
		[`  ${what}`],
	];
	const way = transport === remote ? remote : `${remote} (${transport})`;
	const blank: Segment[] = [['']];
	if ('error' in link && (link.phase === 'refused' || !slice.isKnown)) {
		const retries = link.phase === 'refused' ? 'tries again' : 'tries again now';
		return [
			blank,
			...say(`${way} ${troubleOf(link.error.code)}: ${link.error.code}`, {
				bold: true,
				colour: 'red',
			}),
			...say(harmless(link.error.message)),
			...(link.error.hint ? [blank, ...say(harmless(link.error.hint))] : []),
			blank,
			key('↵', retries),
		];
	}

	if (!slice.isKnown) {
		const detail = link.phase === 'connecting' && link.detail ? harmless(link.detail) : '';
		return [
			blank,
			...say(`Connecting to ${way} …`, {colour: 'yellow'}),
			...(detail ? say(detail, {colour: 'grey'}) : []),
		];
	}

	if (slice.agents.size > 0) {
		return [blank, ...say(`No agent matches “${filter}”.`), blank, key('Esc', 'shows all')];
	}

	const isLocal = transport === 'local';
	const starts = [
		blank,
		...say(`No agents on ${remote === 'local' ? 'this machine' : remote} yet.`, {bold: true}),
		blank,
		key('n', 'starts one here'),
	];
	// A fleet of this console's own, like the demo's, is reached by no command line.
	if (isLocal && remote !== 'local') return starts;
	const where = isLocal ? '' : ` --remote ${remote}`;
	const [first] = remotes;
	const elsewhere =
		first === undefined
			? ['Agents on another machine: give it a [remote.NAME] in', '`console config path`, then']
			: [`For the agents on ${remotes.slice(0, 5).join(', ')}${remotes.length > 5 ? ', …' : ''}:`];
	return [
		...starts,
		blank,
		...say('or from a shell:', {colour: 'grey'}),
		...say(`console${where} load claude --cwd ~/dev/app`),
		...say(`console${where} load shell -- htop`),
		...(isLocal
			? [
					blank,
					...say(harmless(elsewhere.join(' ')), {colour: 'grey'}),
					...say(`console --remote ${harmless(first ?? 'NAME')}`),
				]
			: []),
	];
};
