import {agentStates, type Agent, type AgentState} from '../protocol/agent.ts';

const ranks = Object.fromEntries(agentStates.map((state, rank) => [state, rank])) as Record<
	AgentState,
	number
>;

/** Who waits for a person: the longest waiting comes first. */
export const isWaiting = (agent: Agent): boolean =>
	agent.state === 'blocked' || agent.state === 'done';

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Who needs a person first. A total order: by state as in the roll-up; who waits, by how long;
 * the others by when they were made, so that they stay where they are while they work.
 */
export const compareAgents = (a: Agent, b: Agent): number =>
	ranks[a.state] - ranks[b.state] ||
	(isWaiting(a) ? compareText(a.since, b.since) : 0) ||
	compareText(a.createdAt, b.createdAt) ||
	compareText(a.id, b.id);

const hasSamePlace = (a: Agent, b: Agent): boolean =>
	a === b ||
	(a.state === b.state && a.createdAt === b.createdAt && (!isWaiting(a) || a.since === b.since));

/**
 * The order after a change: the same array when nobody's place changed; otherwise those who
 * moved are merged into those who stayed (n + k log k, for k that moved).
 */
export const reorder = (
	order: readonly Agent[],
	agents: ReadonlyMap<string, Agent>,
): readonly Agent[] => {
	const stayed: Agent[] = [];
	const moved: Agent[] = [];
	const listed = new Set<string>();
	let isSame = order.length === agents.size;
	for (const before of order) {
		const agent = agents.get(before.id);
		if (!agent) {
			isSame = false;
			continue;
		}

		listed.add(agent.id);
		if (agent !== before) isSame = false;
		(hasSamePlace(before, agent) ? stayed : moved).push(agent);
	}

	if (isSame) return order;
	if (listed.size < agents.size) {
		for (const agent of agents.values()) if (!listed.has(agent.id)) moved.push(agent);
	}

	if (moved.length === 0) return stayed;
	return merge(stayed, moved.sort(compareAgents));
};

const merge = (a: readonly Agent[], b: readonly Agent[]): Agent[] => {
	const merged: Agent[] = [];
	let i = 0;
	for (const next of b) {
		while (i < a.length && compareAgents(a[i]!, next) <= 0) merged.push(a[i++]!);
		merged.push(next);
	}

	while (i < a.length) merged.push(a[i++]!);
	return merged;
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
