import {toFleetError, type FleetError} from '../errors.ts';
import {countAgents, rollUp} from '../fleet/roll-up.ts';
import {emptyCounts, type StateCounts} from '../fleet/slice.ts';
import {agentStates, type Agent, type AgentState} from '../protocol/agent.ts';
import type {Colour, Segment} from '../ui/present/paint.ts';
import {lookOf} from '../ui/present/state-look.ts';
import {fetchFleet} from './agent-calls.ts';
import type {Command, CommandContext} from './command.ts';
import type {RemoteConfig} from '../config/config.ts';
import {stateFolder} from '../config/paths.ts';
import type {StoredHealth} from '../sync/stored-health.ts';
import {shortDuration} from '../ui/present/duration.ts';
import {paintFor} from './paint.ts';
import {flow, roomOf} from './room.ts';

type Status = {remote: string; sync: StoredHealth | undefined} & (
	{counts: StateCounts; roundTripMs: number | undefined} | {error: FleetError}
);

/** A status line is asked for by something that waits for it. */
const timeoutMs = 10_000;

export const status: Command = {
	name: 'status',
	group: 'fleet',
	summary: 'one line about the link, the agents and sync',
	flags: [
		{
			flags: '--format <format>',
			description: 'plain, tmux (for `#(console status --format tmux)` in its status line) or json',
			choices: ['plain', 'tmux', 'json'],
		},
	],
	async run(context, {flags}) {
		const format = context.json ? 'json' : (flags['format'] ?? 'plain');
		const now = await readStatus(context, format !== 'tmux');
		if (format === 'json') context.printJson(jsonStatus(now));
		else if (format === 'tmux') context.print(tmuxStatus(now));
		else {
			const paint = paintFor(context.stdout);
			// One line; where a terminal is too narrow for it, broken between its parts.
			for (const line of flow(plainStatus(now), roomOf(context.stdout))) {
				context.print(paint(line).trimEnd());
			}
		}

		return 'error' in now ? now.error.exitCode : 0;
	},
};

async function readStatus(context: CommandContext, isMeasured: boolean): Promise<Status> {
	const remote = context.remoteName ?? 'local';
	// What is wrong with the configuration is no state of the host.
	const wanted = await context.remote();
	const sync = wanted === null ? undefined : await syncOf(wanted);
	const signal = AbortSignal.any([context.signal, AbortSignal.timeout(timeoutMs)]);
	try {
		const client = await context.client();
		const {agents} = await fetchFleet(client, signal);
		if (!isMeasured) return {remote, sync, counts: count(agents), roundTripMs: undefined};
		const sentAt = performance.now();
		await client.request('GET', '/v1/ping', {signal});
		return {remote, sync, counts: count(agents), roundTripMs: performance.now() - sentAt};
	} catch (thrown) {
		const error = toFleetError(thrown, 'connection-timed-out');
		if (context.signal.aborted) throw error;
		return {remote, sync, error};
	}
}

function count(agents: readonly Agent[]): StateCounts {
	const counts: Record<AgentState, number> = {...emptyCounts};
	for (const {state} of agents) counts[state]++;
	return counts;
}

/** As the last sync left it: a status line looks at no tree. */
async function syncOf(remote: RemoteConfig): Promise<StoredHealth | undefined> {
	if (remote.syncUp.length + remote.syncBidi.length === 0) return undefined;
	const {storedHealth} = await import('../sync/stored-health.ts');
	return storedHealth(remote, stateFolder());
}

function syncText({inStepAt, conflicts, halted}: StoredHealth): string {
	const parts = [
		halted.length > 0
			? 'sync halted'
			: inStepAt === null
				? 'sync not run yet'
				: `sync ${shortDuration(Math.max(0, Date.now() - inStepAt))}`,
		...(conflicts > 0 ? [`${conflicts} conflict${conflicts === 1 ? '' : 's'}`] : []),
	];
	return parts.join(' · ');
}

const words: Record<AgentState, string> = {
	blocked: 'need you',
	done: 'done',
	working: 'working',
	starting: 'starting',
	idle: 'idle',
	unknown: 'unknown',
	exited: 'exited',
};

/** The parts of the line, each of which stays whole. */
function plainStatus(status: Status): Segment[][] {
	if ('error' in status) {
		const {code, message} = status.error;
		return [
			[[`${status.remote} `], ['✗', {colour: 'red'}], [` ${code}: `]],
			...message.split(/(?<= )/).map((word): Segment[] => [[word]]),
		];
	}

	const {remote, counts, roundTripMs} = status;
	const link =
		roundTripMs === undefined ? 'live' : `live ${Math.max(1, Math.round(roundTripMs))} ms`;
	const parts = agentStates
		.filter(state => counts[state] > 0)
		.map((state, index, {length}): Segment[] => {
			const {glyph, style} = lookOf(state);
			const word = state === 'blocked' && counts[state] === 1 ? 'needs you' : words[state];
			return [[`${glyph} ${counts[state]} ${word}`, style], [index === length - 1 ? '  ' : ' · ']];
		});
	return [
		[[`${remote} `], ['●', {colour: 'green'}], [` ${link}  `]],
		...(parts.length === 0 ? [[['no agents  '] as const]] : parts),
		...(status.sync === undefined ? [] : [[[syncText(status.sync)] as const]]),
	];
}

const tmuxColours: Record<Colour, string> = {
	red: 'red',
	green: 'green',
	yellow: 'yellow',
	blue: 'blue',
	magenta: 'magenta',
	cyan: 'cyan',
	grey: 'brightblack',
};

/** tmux reads `#[…]` as style and `##` as a `#`. */
function tmuxStatus(status: Status): string {
	const name = status.remote.replaceAll('#', '##');
	if ('error' in status) return `#[fg=red]✗ ${name}#[default]`;
	const parts = agentStates
		.filter(state => status.counts[state] > 0)
		.map(state => {
			const {glyph, style} = lookOf(state);
			const colour = style.colour === undefined ? 'default' : tmuxColours[style.colour];
			return `#[fg=${colour}]${glyph}${status.counts[state]}#[default]`;
		});
	const {sync} = status;
	if (sync !== undefined && sync.halted.length > 0) parts.push('#[fg=red]■#[default]');
	else if (sync !== undefined && sync.conflicts > 0) {
		parts.push(`#[fg=yellow]≠${sync.conflicts}#[default]`);
	}

	return [name, ...(parts.length === 0 ? ['○0'] : parts)].join(' ');
}

const tenths = (milliseconds: number | undefined): number | null =>
	milliseconds === undefined ? null : Math.round(milliseconds * 10) / 10;

const jsonSync = (sync: StoredHealth | undefined): unknown =>
	sync === undefined
		? null
		: {
				...sync,
				inStepAt: sync.inStepAt === null ? null : new Date(sync.inStepAt).toISOString(),
			};

const jsonStatus = (status: Status): unknown =>
	'error' in status
		? {
				remote: status.remote,
				link: {phase: 'unreachable', roundTripMs: null},
				agents: null,
				sync: jsonSync(status.sync),
				error: status.error.toJSON(),
			}
		: {
				remote: status.remote,
				link: {phase: 'live', roundTripMs: tenths(status.roundTripMs)},
				agents: {
					total: countAgents(status.counts),
					rollUp: rollUp(status.counts) ?? null,
					states: status.counts,
				},
				sync: jsonSync(status.sync),
			};
