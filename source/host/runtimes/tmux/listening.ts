import type {AgentPane} from './agent-pane.ts';

const settleMs = 1000;

export type ListeningPorts = {
	/** Has tmux tell nothing more of a pane's output. */
	pause(pane: AgentPane): void;
	/** Has it tell again, and say what may have changed unheard. */
	resume(pane: AgentPane): void;
};

/** Hears the agents' output: each pane's a second at a time, and a flood not at all. */
export class Listening {
	readonly #ports: ListeningPorts;
	readonly #unsettled = new Set<AgentPane>();
	readonly #paused = new Set<AgentPane>();
	#timer: NodeJS.Timeout | null = null;

	constructor(ports: ListeningPorts) {
		this.#ports = ports;
	}

	hear(pane: AgentPane, data: string): void {
		if (this.#paused.has(pane)) return;
		if (!pane.hear(data, performance.now())) {
			this.#ports.pause(pane);
			this.paused(pane);
		}

		this.#later(pane);
	}

	/** tmux tells nothing of a pane: it was asked to, or we were too slow for it. */
	paused(pane: AgentPane): void {
		this.#paused.add(pane);
		this.#later(pane);
	}

	/** A new control client hears everything. */
	reset(): void {
		this.#paused.clear();
	}

	forget(pane: AgentPane): void {
		this.#unsettled.delete(pane);
		this.#paused.delete(pane);
	}

	close(): void {
		clearTimeout(this.#timer ?? undefined);
		this.#timer = null;
	}

	#later(pane: AgentPane): void {
		this.#unsettled.add(pane);
		this.#timer ??= setTimeout(() => {
			this.#timer = null;
			this.#settle();
		}, settleMs);
	}

	#settle(): void {
		for (const pane of this.#unsettled) {
			this.#unsettled.delete(pane);
			pane.settle();
			if (!this.#paused.delete(pane)) continue;
			this.#ports.resume(pane);
			pane.missed();
		}
	}
}
