import type {Changes} from './reduce.ts';
import {agentStates, type Agent, type AgentState} from '../protocol/agent.ts';

/** As in the roll-up; but a program of which only its output tells changes between these at each pause, and stays in its row. */
const alike: readonly AgentState[] = ['working', 'starting', 'unknown'];

const ranks = Object.fromEntries(
	agentStates.map((state, rank) => [
		state,
		alike.includes(state) ? agentStates.indexOf('working') : rank,
	]),
) as Record<AgentState, number>;

/** Who waits for a person: the longest waiting comes first. */
export const isWaiting = (agent: Agent): boolean =>
	agent.state === 'blocked' || agent.state === 'done';

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Who needs a person first. A total order: by state; who waits, by how long;
 * the others by when they were made, so that they stay where they are while they work.
 */
export const compareAgents = (a: Agent, b: Agent): number =>
	ranks[a.state] - ranks[b.state] ||
	(isWaiting(a) ? compareText(a.since, b.since) : 0) ||
	compareText(a.createdAt, b.createdAt) ||
	compareText(a.id, b.id);

/**
 * The order after a change: the same array when nothing changed. It must be in order as it was,
 * and hold the agents as they were `before`. Costs k log n for k that changed, and a copy.
 */
export const reorder = (
	order: readonly Agent[],
	before: ReadonlyMap<string, Agent>,
	after: ReadonlyMap<string, Agent>,
	changes: Changes,
): readonly Agent[] => {
	if (changes === undefined) return resorted(order, after);
	const next = [...order];
	const gone: number[] = [];
	const come: Agent[] = [];
	let isSame = true;
	for (const id of changes) {
		const was = before.get(id);
		const is = after.get(id);
		if (was === is) continue;
		isSame = false;
		if (was && is && compareAgents(was, is) === 0) {
			next[placeOf(order, was)] = is;
			continue;
		}

		if (was) gone.push(placeOf(order, was));
		if (is) come.push(is);
	}

	if (isSame) return order;
	if (gone.length === 0 && come.length === 0) return next;
	return merge(without(next, gone), come.sort(compareAgents));
};

/** The first place in the order that does not come before the agent's own. */
const placeOf = (order: readonly Agent[], agent: Agent): number => {
	let low = 0;
	let high = order.length;
	while (low < high) {
		const middle = (low + high) >>> 1;
		if (compareAgents(order[middle]!, agent) < 0) low = middle + 1;
		else high = middle;
	}

	return low;
};

const without = (order: readonly Agent[], places: readonly number[]): Agent[] => {
	const parts: Agent[][] = [];
	let from = 0;
	for (const place of [...places].sort((a, b) => a - b)) {
		parts.push(order.slice(from, place));
		from = place + 1;
	}

	return parts.concat([order.slice(from)]).flat();
};

const merge = (order: readonly Agent[], come: readonly Agent[]): Agent[] => {
	const parts: Agent[][] = [];
	let from = 0;
	for (const agent of come) {
		const place = placeOf(order, agent);
		parts.push(order.slice(from, place), [agent]);
		from = place;
	}

	return parts.concat([order.slice(from)]).flat();
};

const resorted = (
	order: readonly Agent[],
	agents: ReadonlyMap<string, Agent>,
): readonly Agent[] => {
	const next = sorted(agents);
	const isSame = next.length === order.length && next.every((agent, i) => agent === order[i]);
	return isSame ? order : next;
};

/** The order made anew. */
export const sorted = (agents: ReadonlyMap<string, Agent>): readonly Agent[] =>
	[...agents.values()].sort(compareAgents);

/**
 * The order while it must hold still (a person is moving through it): everyone stays in place,
 * who is gone leaves, who is new comes last.
 */
export const heldOrder = (
	order: readonly Agent[],
	agents: ReadonlyMap<string, Agent>,
): readonly Agent[] => {
	const listed = new Set<string>();
	const held: Agent[] = [];
	for (const before of order) {
		const agent = agents.get(before.id);
		if (!agent) continue;
		listed.add(agent.id);
		held.push(agent);
	}

	for (const agent of agents.values()) if (!listed.has(agent.id)) held.push(agent);
	return held;
};
