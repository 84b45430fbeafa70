import type {Inbox, InboxEntry} from '../../handlers/inbox.ts';
import {outcomeLine} from '../../protocol/action.ts';
import type {ConsoleState} from '../console/state.ts';
import {cut, fit, harmless, wrapAtMost} from './cells.ts';
import {shortDuration} from './duration.ts';
import type {HeaderPlace} from './header.ts';
import type {Segment, Style} from './paint.ts';

const outcomes: Record<
	NonNullable<InboxEntry['result']>['outcome'],
	[glyph: string, style: Style]
> = {
	opened: ['✓', {colour: 'green'}],
	denied: ['✗', {colour: 'yellow'}],
	failed: ['✗', {colour: 'red'}],
	expired: ['○', {colour: 'grey'}],
};

const markOf = ({state, result}: InboxEntry): [glyph: string, style: Style] =>
	state === 'waiting'
		? ['◆', {colour: 'red', bold: true}]
		: result === null
			? ['●', {colour: 'cyan'}]
			: outcomes[result.outcome];

/** The inbox as lines: what waits and what was done, newest first, and all of the chosen one below. */
export const inboxLines = (state: ConsoleState, index: number, height: number): Segment[][] => {
	const {inbox, layout, slice} = state;
	const {columns} = layout.size;
	const {entries, dropped} = inbox;
	const head: Segment[] = [
		[' Inbox', {bold: true}],
		['  what agents asked this laptop to open', {colour: 'grey'}],
	];
	const flood: Segment[][] =
		dropped === 0
			? []
			: [[[` ${dropped} more came too fast and were not looked at`, {colour: 'yellow'}]]];
	if (entries.length === 0) {
		return [head, [['']], ...flood, [[' Nothing was asked for yet.', {colour: 'grey'}]]];
	}

	const chosen = Math.min(index, entries.length - 1);
	const detail = detailOf(entries[chosen]!, columns);
	const room = Math.max(1, height - 3 - detail.length - flood.length);
	const from = Math.max(0, Math.min(chosen - room + 1, entries.length - room));
	const rows = entries.slice(from, from + room).map((entry, i): Segment[] => {
		const isChosen = from + i === chosen;
		const [glyph, style] = markOf(entry);
		const name = entry.agent === null ? '' : (slice.agents.get(entry.agent)?.name ?? entry.agent);
		const times = entry.count > 1 ? ` ×${entry.count}` : '';
		const age = shortDuration(Math.max(0, slice.now - entry.at));
		return [
			[isChosen ? '▸' : ' ', {colour: 'cyan', bold: true}],
			[`${glyph} `, style],
			[fit(age, 5), {colour: 'grey'}],
			[fit(harmless(name), Math.min(20, Math.floor(columns / 4))), {bold: isChosen}],
			[fit(` ${entry.kind}`, 6), {colour: 'cyan'}],
			[cut(entry.text + times, Math.max(8, columns - 16 - Math.min(20, Math.floor(columns / 4))))],
		];
	});
	return [head, ...flood, ...rows, [['']], ...detail];
};

const detailOf = (entry: InboxEntry, columns: number): Segment[][] => {
	const width = Math.max(10, columns - 2);
	const lines = wrapAtMost(entry.text, width, 4);
	const said = entry.result === null ? '' : outcomeLine(entry.result);
	return [
		...lines.map((line): Segment[] => [[` ${line}`, {underline: entry.kind === 'web'}]]),
		...(entry.cwd === null
			? []
			: [[[` in ${cut(entry.cwd, width - 3)}`, {colour: 'grey'}] as const]]),
		...wrapAtMost(said, width, 3).map((line): Segment[] => [[` ${line}`, markOf(entry)[1]]]),
	];
};

/** What the header says of the inbox: how much waits. */
export const inboxPlace = ({entries}: Inbox): HeaderPlace[] => {
	const waiting = entries.filter(({state}) => state === 'waiting').length;
	if (waiting === 0) return [];
	return [
		{
			glyph: '✉',
			style: {colour: 'red', bold: true},
			long: waiting === 1 ? '1 asks' : `${waiting} ask`,
			short: String(waiting),
		},
	];
};
