import type {Agent, AgentState} from '../protocol/agent.ts';
import type {Changes} from './reduce.ts';
import type {FleetSlice} from './slice.ts';

/** What was learned of a remote at one go; `changes` undefined: a snapshot replaced all. */
export type FleetStep = {before: FleetSlice; after: FleetSlice; changes: Changes};

/** States from which an agent's way was lost without it having left them: by id. */
export type Doubts = ReadonlyMap<string, AgentState>;
export const noDoubts: Doubts = new Map();

/** Whether a person is called in that state. */
export const isCalling = ({state}: Pick<Agent, 'state'>): boolean =>
	state === 'blocked' || state === 'done';

/**
 * Who came to need a person in this step: once for each time an agent becomes blocked or done. The
 * first snapshot calls for nobody; one after a gap only for what is newer than all that was known.
 * An agent that is unknown for a while and then where it was has not moved.
 */
export const arrivals = (
	{before, after, changes}: FleetStep,
	doubts: Doubts = noDoubts,
): {agents: Agent[]; doubts: Doubts} => {
	if (!before.isKnown || before.agents === after.agents) return {agents: [], doubts};
	const isSnapshot = changes === undefined;
	const ids = changes ?? new Set([...before.agents.keys(), ...after.agents.keys()]);
	const agents: Agent[] = [];
	const next = new Map(doubts);
	let newest: number | undefined;
	for (const id of ids) {
		const was = before.agents.get(id);
		const is = after.agents.get(id);
		if (was === is) continue;
		const doubted = doubts.get(id);
		if (is?.state === 'unknown') {
			if (was && isCalling(was)) next.set(id, was.state);
			continue;
		}

		next.delete(id);
		if (!is || !isCalling(is)) continue;
		if (was) {
			if ((doubted ?? was.state) === is.state) {
				// It left and came back between two pictures; a snapshot proves no such thing.
				if (isSnapshot || doubted || !isLater(is.since, was.since)) continue;
			} else if (isSnapshot && !isLater(is.since, was.since)) continue;
		} else if (isSnapshot) {
			newest ??= newestOf(before);
			if (!(Date.parse(is.since) > newest)) continue;
		}

		agents.push(is);
	}

	return {agents, doubts: next};
};

const isLater = (time: string, than: string): boolean => Date.parse(time) > Date.parse(than);

const newestOf = ({agents}: FleetSlice): number => {
	let newest = -Infinity;
	for (const {since} of agents.values()) newest = Math.max(newest, Date.parse(since) || -Infinity);
	return newest;
};
