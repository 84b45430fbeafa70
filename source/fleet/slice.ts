import type {AgentState} from '../protocol/agent.ts';
import {agentStates} from '../protocol/agent.ts';
import type {FleetEvent} from '../protocol/event.ts';
import type {HostStats} from '../protocol/host-info.ts';
import {AgentMap} from './agent-map.ts';
import type {LinkState} from './link.ts';

/** Whatever can change what is known of one remote. Times are milliseconds of the laptop's clock. */
export type FleetInput =
	| {kind: 'event'; event: FleetEvent; at: number}
	/** `heardAt`: when the last byte came from the host, where the link knows it. */
	| {kind: 'link'; link: LinkState; at: number; heardAt?: number | undefined}
	| {kind: 'clock'; now: number};

export type StateCounts = Readonly<Record<AgentState, number>>;

/** All that is known of one remote; never changed in place. */
export type FleetSlice = {
	readonly remote: string;
	readonly link: LinkState;
	readonly agents: AgentMap;
	readonly counts: StateCounts;
	/** False until the first snapshot: an empty fleet and an unknown one are different. */
	readonly isKnown: boolean;
	/** The id of the last journalled event that is in here. */
	readonly eventId: string | undefined;
	readonly stats: HostStats | null;
	/** The host said that it closes, and why; until it speaks again. */
	readonly closing: string | null;
	/** When the host was last heard; the age of the data once the link is down. */
	readonly heardAt: number | undefined;
	/** The laptop's clock minus the host's, so that ages are right when they disagree. */
	readonly clockOffsetMs: number;
	readonly now: number;
};

export const emptyCounts = Object.fromEntries(
	agentStates.map(state => [state, 0]),
) as unknown as StateCounts;

/** What is known before anything was heard. */
export const emptySlice = (remote: string, now: number): FleetSlice => ({
	remote,
	link: {phase: 'connecting', since: now},
	agents: AgentMap.empty,
	counts: emptyCounts,
	isKnown: false,
	eventId: undefined,
	stats: null,
	closing: null,
	heardAt: undefined,
	clockOffsetMs: 0,
	now,
});
