import {agentStates, type AgentState} from '../protocol/agent.ts';
import type {StateCounts} from './slice.ts';

/** The one state that stands for many; undefined for an empty fleet. */
export const rollUp = (counts: StateCounts): AgentState | undefined =>
	agentStates.find(state => counts[state] > 0);

export const countAgents = (counts: StateCounts): number =>
	agentStates.reduce((sum, state) => sum + counts[state], 0);
