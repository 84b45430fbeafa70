import type {RuntimeAgent, RuntimeEvent} from '../runtimes/runtime.ts';
import type {Observers} from './observers.ts';
import {defaultSize} from './record.ts';
import type {Registry} from './registry.ts';

/**
 * Brings what the last daemon knew and what really runs together: agents keep their ids and
 * states, what ended meanwhile is told as events, and a terminal that nobody remembers (the
 * database was lost) becomes an agent again.
 */
export const adopt = (
	registry: Registry,
	observers: Observers,
	running: readonly RuntimeAgent[],
): RuntimeEvent[] => {
	const events: RuntimeEvent[] = [];
	const found = new Map(running.map(agent => [agent.id, agent]));
	for (const {id, pid, title} of running) {
		if (registry.get(id) === undefined) addUnknown(registry, id, pid, title);
	}

	for (const agent of [...registry.all]) {
		const {id} = agent;
		if (agent.state === 'exited') continue;
		const terminal = found.get(id);
		if (terminal === undefined) events.push({kind: 'gone', id});
		else if (terminal.exit) events.push({kind: 'exit', id, ...terminal.exit});
		else {
			registry.update(id, {pid: terminal.pid});
			observers.reconsider(id);
			if (terminal.title !== '') events.push({kind: 'title', id, title: terminal.title});
		}
	}

	return events;
};

const addUnknown = (registry: Registry, id: string, pid: number | null, title: string): void => {
	const now = new Date().toISOString();
	registry.add({
		agent: {
			id,
			name: id,
			role: null,
			agent: 'shell',
			command: [],
			cwd: '/',
			runtime: 'tmux',
			state: 'unknown',
			since: now,
			title: title || null,
			session: null,
			attention: null,
			pid,
			exit: null,
			createdAt: now,
			revision: 1,
			model: null,
			usage: null,
			warning: null,
		},
		launch: {
			command: null,
			args: [],
			prompt: null,
			env: {},
			secrets: [],
			size: defaultSize,
			session: null,
		},
	});
};
