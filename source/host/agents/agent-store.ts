import type {DatabaseSync} from 'node:sqlite';
import * as v from 'valibot';
import {agentSchema} from '../../protocol/agent.ts';
import type {Database} from '../state/database.ts';
import type {AgentRecord} from './record.ts';

const launchSchema = v.object({
	command: v.nullable(v.array(v.string())),
	args: v.array(v.string()),
	prompt: v.nullable(v.string()),
	env: v.record(v.string(), v.string()),
	secrets: v.array(v.string()),
	size: v.object({cols: v.number(), rows: v.number()}),
});

/** Yields what the last daemon kept; a row that cannot be read is left out. */
export const loadAgents = (database: Database): AgentRecord[] =>
	database.read(handle =>
		handle
			.prepare('SELECT agent, launch FROM agents')
			.all()
			.flatMap(row => {
				try {
					return [
						{
							agent: v.parse(agentSchema, JSON.parse(String(row['agent']))),
							launch: v.parse(launchSchema, JSON.parse(String(row['launch']))),
						},
					];
				} catch {
					return [];
				}
			}),
	) ?? [];

export const saveAgent = (handle: DatabaseSync, {agent, launch}: AgentRecord): void => {
	handle
		.prepare('INSERT OR REPLACE INTO agents (id, agent, launch) VALUES (?, ?, ?)')
		.run(agent.id, JSON.stringify(agent), JSON.stringify(launch));
};

export const forgetAgent = (handle: DatabaseSync, id: string): void => {
	handle.prepare('DELETE FROM agents WHERE id = ?').run(id);
};
