import type {Agent} from '../../protocol/agent.ts';

/** The marks without those whose agent is gone; the same set where none is. */
export const stillThere = (
	marked: ReadonlySet<string>,
	agents: ReadonlyMap<string, Agent>,
): ReadonlySet<string> =>
	[...marked].every(id => agents.has(id))
		? marked
		: new Set([...marked].filter(id => agents.has(id)));
