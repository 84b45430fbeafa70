import type {Runtime} from '../runtimes/runtime.ts';

/** The runtime may lose an exit status; after a KILL there is nothing more to wait for. */
const lostAfterMs = 5000;

/** Agents that were asked to end: TERM now, KILL after the grace, and then taken for gone. */
export class Endings {
	#runtime: Runtime;
	#lost: (id: string) => void;
	#failed: (id: string, error: unknown) => void;
	#timers = new Map<string, NodeJS.Timeout>();

	constructor(
		runtime: Runtime,
		on: {lost: (id: string) => void; failed: (id: string, error: unknown) => void},
	) {
		this.#runtime = runtime;
		this.#lost = on.lost;
		this.#failed = on.failed;
	}

	/** Asks again with a new grace when it was asked before. */
	async end(id: string, graceSeconds: number): Promise<void> {
		this.#wait(id, graceSeconds * 1000, () => this.#kill(id));
		if (graceSeconds > 0) await this.#runtime.signal(id, 'TERM');
	}

	/** It ended. */
	settle(id: string): void {
		clearTimeout(this.#timers.get(id));
		this.#timers.delete(id);
	}

	close(): void {
		for (const timer of this.#timers.values()) clearTimeout(timer);
		this.#timers.clear();
	}

	#kill(id: string): void {
		this.#wait(id, lostAfterMs, () => this.#lost(id));
		this.#runtime.signal(id, 'KILL').catch((error: unknown) => this.#failed(id, error));
	}

	#wait(id: string, ms: number, then: () => void): void {
		clearTimeout(this.#timers.get(id));
		this.#timers.set(id, setTimeout(then, ms));
	}
}
