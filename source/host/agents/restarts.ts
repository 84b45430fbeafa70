import {FleetError} from '../../errors.ts';
import type {Agent} from '../../protocol/agent.ts';
import type {Runtime} from '../runtimes/runtime.ts';
import {freshRun} from './new-agent.ts';
import type {PlannedLaunch} from './plan-launch.ts';
import type {Registry} from './registry.ts';

/** Agents that start again: each once its last run has ended, in the row that it has. */
export class Restarts {
	readonly #registry: Registry;
	readonly #runtime: Runtime;
	readonly #run: (agent: Agent, planned: PlannedLaunch) => Promise<void>;
	/** To be started when they have ended. */
	readonly #waiting = new Map<string, PlannedLaunch>();
	/** Their last terminal is being cleared away: its end is no news. */
	readonly #clearing = new Set<string>();
	/** From there until their new terminal is there. */
	readonly #beginning = new Set<string>();

	constructor(
		{registry, runtime}: {registry: Registry; runtime: Runtime},
		run: (agent: Agent, planned: PlannedLaunch) => Promise<void>,
	) {
		this.#registry = registry;
		this.#runtime = runtime;
		this.#run = run;
	}

	/** Throws `conflict` for one that is on its way already. */
	add({id, name}: Agent, planned: PlannedLaunch): void {
		if (this.#waiting.has(id) || this.#beginning.has(id)) {
			throw new FleetError('conflict', `${name} is being started again already`);
		}

		this.#waiting.set(id, planned);
	}

	isWaiting(id: string): boolean {
		return this.#waiting.has(id);
	}

	isClearing(id: string): boolean {
		return this.#clearing.has(id);
	}

	cancel(id: string): void {
		this.#waiting.delete(id);
	}

	/** Clears the last terminal away and starts a new run. */
	async begin(id: string): Promise<void> {
		const planned = this.#waiting.get(id)!;
		this.#waiting.delete(id);
		this.#beginning.add(id);
		try {
			await this.#clear(id);
			const agent = this.#registry.update(id, freshRun(planned, this.#runtime.name));
			if (agent) await this.#run(agent, planned);
		} finally {
			this.#beginning.delete(id);
		}
	}

	async #clear(id: string): Promise<void> {
		this.#clearing.add(id);
		try {
			await this.#runtime.remove(id);
		} finally {
			this.#clearing.delete(id);
		}
	}
}
