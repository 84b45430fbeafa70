import path from 'node:path';
import {findAgentKind} from '../../agents/registry.ts';
import type {Agent} from '../../protocol/agent.ts';
import type {AgentEvidence} from '../arbiter/evidence.ts';
import {processView} from '../process-view.ts';

type Watch = {pid: number; ending: AbortController};

/** Agents' own channels, each followed while its agent runs. */
export class Watches {
	#tell: (id: string, evidence: AgentEvidence) => void;
	#failed: (id: string, error: unknown) => void;
	#home: string;
	#stateFolder: string;
	#watches = new Map<string, Watch>();

	constructor(parts: {
		home: string;
		stateFolder: string;
		tell: (id: string, evidence: AgentEvidence) => void;
		failed: (id: string, error: unknown) => void;
	}) {
		this.#tell = parts.tell;
		this.#failed = parts.failed;
		this.#home = parts.home;
		this.#stateFolder = parts.stateFolder;
	}

	/** Where the settings of this agent's launch lie. */
	scratch(id: string): string {
		return path.join(this.#stateFolder, 'agents', id);
	}

	/** A process to watch; the one that is watched already is left alone. */
	begin({id, agent, cwd}: Agent, pid: number): void {
		const kind = findAgentKind(agent);
		if (!kind?.watch || this.#watches.get(id)?.pid === pid) return;
		this.end(id);
		const ending = new AbortController();
		const {signal} = ending;
		this.#watches.set(id, {pid, ending});
		kind
			.watch({
				id,
				pid,
				cwd,
				home: this.#home,
				scratch: this.scratch(id),
				processes: processView,
				signal,
				emit: evidence => {
					if (!signal.aborted) this.#tell(id, evidence);
				},
			})
			.catch((error: unknown) => this.#failed(id, error));
	}

	end(id: string): void {
		this.#watches.get(id)?.ending.abort();
		this.#watches.delete(id);
	}

	close(): void {
		for (const id of [...this.#watches.keys()]) this.end(id);
	}
}
