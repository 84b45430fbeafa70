import type {DatabaseSync} from 'node:sqlite';
import * as v from 'valibot';
import {agentSchema} from '../../protocol/agent.ts';
import {emptyStore, type EvidenceStore} from '../arbiter/remember.ts';
import type {Database} from '../state/database.ts';
import type {AgentRecord} from './record.ts';

const launchSchema = v.object({
	command: v.nullable(v.array(v.string())),
	args: v.array(v.string()),
	prompt: v.nullable(v.string()),
	env: v.record(v.string(), v.string()),
	secrets: v.array(v.string()),
	size: v.object({cols: v.number(), rows: v.number()}),
	session: v.optional(v.nullable(v.string()), null),
});

export type KeptAgent = AgentRecord & {evidence: EvidenceStore};

/** Yields what the last daemon kept; a row that cannot be read is left out. */
export const loadAgents = (database: Database): KeptAgent[] =>
	database.read(handle =>
		handle
			.prepare('SELECT agent, launch, evidence FROM agents ORDER BY rowid')
			.all()
			.flatMap(row => {
				try {
					return [
						{
							agent: v.parse(agentSchema, JSON.parse(String(row['agent']))),
							launch: v.parse(launchSchema, JSON.parse(String(row['launch']))),
							evidence: parseEvidence(String(row['evidence'])),
						},
					];
				} catch {
					return [];
				}
			}),
	) ?? [];

export const saveAgent = (handle: DatabaseSync, {agent, launch, evidence}: KeptAgent): void => {
	const kept = {...evidence, slots: [...evidence.slots]};
	handle
		.prepare(
			'INSERT INTO agents (id, agent, launch, evidence) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET agent = excluded.agent, launch = excluded.launch, evidence = excluded.evidence',
		)
		.run(agent.id, JSON.stringify(agent), JSON.stringify(launch), JSON.stringify(kept));
};

export const forgetAgent = (handle: DatabaseSync, id: string): void => {
	handle.prepare('DELETE FROM agents WHERE id = ?').run(id);
};

// This program wrote it; another version of it may have known other fields.
const parseEvidence = (json: string): EvidenceStore => {
	const kept = JSON.parse(json) as Partial<Omit<EvidenceStore, 'slots'>> & {
		slots?: ConstructorParameters<typeof Map<string, never>>[0];
	};
	return {...emptyStore, ...kept, slots: new Map(kept.slots)};
};
