import type {DatabaseSync} from 'node:sqlite';
import {isDeepStrictEqual} from 'node:util';
import type {Agent} from '../../protocol/agent.ts';
import type {EventName} from '../../protocol/event.ts';
import type {Journal, JournalEvent} from '../journal/journal.ts';
import {emptyStore, type EvidenceStore} from '../arbiter/remember.ts';
import type {Database} from '../state/database.ts';
import {forgetAgent, loadAgents, saveAgent} from './agent-store.ts';
import {findAgent} from './find-agent.ts';
import type {AgentRecord, LaunchMemory} from './record.ts';

/** The agents as every console sees them; each change is a row, an event and a new revision. */
export class Registry {
	#database: Database;
	#journal: Journal;
	#publish: (event: JournalEvent) => void;
	#agents = new Map<string, Agent>();
	#launches = new Map<string, LaunchMemory>();
	#names = new Map<string, string>();
	/** What each agent's state rests on; kept with it, so that the next daemon sees it the same way. */
	readonly evidence = new Map<string, EvidenceStore>();

	constructor(database: Database, journal: Journal, publish: (event: JournalEvent) => void) {
		this.#database = database;
		this.#journal = journal;
		this.#publish = publish;
		for (const record of loadAgents(database)) {
			this.#set(record);
			this.evidence.set(record.agent.id, record.evidence);
		}

		database.onRecover(handle => {
			handle.exec('DELETE FROM agents');
			for (const id of this.#agents.keys()) this.#save(handle, id);
			return () => {};
		});
	}

	/** All of them and the event id at which that is true. */
	snapshot(): {eventId: string; agents: Agent[]} {
		return {eventId: this.#journal.lastId, agents: [...this.#agents.values()]};
	}

	get(id: string): Agent | undefined {
		return this.#agents.get(id);
	}

	get all(): IterableIterator<Agent> {
		return this.#agents.values();
	}

	record(id: string): AgentRecord | undefined {
		const agent = this.#agents.get(id);
		return agent && {agent, launch: this.#launches.get(id)!};
	}

	/** By id, name, or an id's unique beginning; throws `no-such-agent`. */
	find(reference: string): Agent {
		const id = this.#names.get(reference);
		return (id !== undefined && this.#agents.get(id)) || findAgent(this.#agents, reference);
	}

	isTaken(name: string): boolean {
		return this.#names.has(name) || this.#agents.has(name);
	}

	add(record: AgentRecord): Agent {
		this.#set(record);
		this.#record('agent.created', record.agent);
		return record.agent;
	}

	/** Only what differs makes a new revision, an event and, with the state, a new `since`. */
	update(id: string, change: Partial<Omit<Agent, 'id' | 'revision'>>): Agent | undefined {
		const before = this.#agents.get(id);
		if (before === undefined) return undefined;
		const changed = {...before, ...change};
		if (isDeepStrictEqual(before, changed)) return before;
		if (changed.state !== before.state) changed.since = change.since ?? new Date().toISOString();
		changed.revision = before.revision + 1;
		this.#agents.set(id, changed);
		this.#record('agent.updated', changed);
		return changed;
	}

	/** What the next restart uses; no console sees it. */
	remember(id: string, launch: LaunchMemory): void {
		this.#launches.set(id, launch);
		this.#database.write(handle => this.#save(handle, id));
	}

	remove(id: string): void {
		const agent = this.#agents.get(id);
		if (agent === undefined) return;
		this.#agents.delete(id);
		this.#launches.delete(id);
		this.evidence.delete(id);
		this.#names.delete(agent.name);
		this.#publish(
			this.#journal.append('agent.removed', JSON.stringify({id}), handle =>
				forgetAgent(handle, id),
			),
		);
	}

	#set({agent, launch}: AgentRecord): void {
		this.#agents.set(agent.id, agent);
		this.#launches.set(agent.id, launch);
		this.#names.set(agent.name, agent.id);
	}

	#record(event: EventName, agent: Agent): void {
		this.#publish(
			this.#journal.append(event, JSON.stringify({agent}), handle => this.#save(handle, agent.id)),
		);
	}

	#save(handle: DatabaseSync, id: string): void {
		saveAgent(handle, {...this.record(id)!, evidence: this.evidence.get(id) ?? emptyStore});
	}
}
