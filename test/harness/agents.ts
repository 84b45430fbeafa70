import type {Agent} from '../../source/protocol/agent.ts';
import type {FleetEvent} from '../../source/protocol/event.ts';

/** An agent as a host would tell of it, with what a test cares about. */
export const agent = (over: Partial<Agent> & {id: string}): Agent => ({
	name: over.id,
	role: null,
	agent: 'claude',
	command: ['claude'],
	cwd: '/home/dev/app',
	runtime: 'tmux',
	state: 'idle',
	since: '2026-11-20T12:00:00.000Z',
	title: null,
	session: null,
	attention: null,
	pid: 4242,
	exit: null,
	createdAt: '2026-11-20T11:00:00.000Z',
	revision: 1,
	warning: null,
	model: null,
	usage: null,
	...over,
});

export const snapshot = (agents: Agent[], id?: string): FleetEvent => ({
	id,
	event: 'snapshot',
	data: {agents, actions: [], stats: null},
});

export const updated = (next: Agent, id?: string): FleetEvent => ({
	id,
	event: 'agent.updated',
	data: {agent: next},
});

export const removed = (agentId: string, id?: string): FleetEvent => ({
	id,
	event: 'agent.removed',
	data: {id: agentId},
});
