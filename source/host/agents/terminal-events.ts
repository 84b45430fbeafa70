import {EventEmitter} from 'node:events';
import type {Agent} from '../../protocol/agent.ts';
import type {RuntimeEvent} from '../runtimes/runtime.ts';
import type {AgentsParts} from './agents.ts';
import type {Endings} from './endings.ts';
import type {Observers} from './observers.ts';
import type {Restarts} from './restarts.ts';
import type {ScreenQuestions} from './screen-questions.ts';
import {addLastLine, exitOf, isTold, type AgentEnd} from './tell-end.ts';
import type {TypedPrompts} from './typed-prompts.ts';
import type {Watches} from './watches.ts';

/** Who is told of what a terminal does. */
type Listeners = {
	observers: Observers;
	typed: TypedPrompts;
	watches: Watches;
	screens: ScreenQuestions;
	restarts: Restarts;
	endings: Endings;
};

/** What follows from what the agents' terminals do. */
export class TerminalEvents {
	readonly #parts: AgentsParts;
	readonly #to: Listeners;
	readonly #ends = new EventEmitter().setMaxListeners(0);

	constructor(parts: AgentsParts, listeners: Listeners) {
		this.#parts = parts;
		this.#to = listeners;
	}

	/** Calls back when this run of the agent ends. Returns the unsubscribe. */
	onEnd(id: string, listener: (end: AgentEnd) => void): () => void {
		this.#ends.on(id, listener);
		return () => this.#ends.off(id, listener);
	}

	hear(event: RuntimeEvent): void {
		const agent = this.#parts.registry.get(event.id);
		if (agent === undefined) return;
		if (event.kind === 'exit' || event.kind === 'gone') {
			this.#end(agent, event);
			return;
		}

		if (agent.state === 'exited') return;
		this.#to.typed.hear(event);
		this.#to.observers.see(event, event.kind === 'pid' ? {pid: event.pid} : {});
		if (event.kind === 'pid') this.#to.watches.begin(agent, event.pid);
		else if (event.kind === 'activity') this.#to.screens.stir(event.id);
	}

	#end(agent: Agent, event: RuntimeEvent & {kind: 'exit' | 'gone'}): void {
		const {id} = agent;
		const {restarts, endings, typed, watches, screens, observers} = this.#to;
		if (restarts.isClearing(id)) return;
		endings.settle(id);
		typed.forget(id);
		watches.end(id);
		screens.forget(id);
		this.#ends.emit(id, event.kind === 'exit' ? event : {code: null, signal: null});
		if (restarts.isWaiting(id)) {
			restarts.begin(id).catch((error: unknown) => {
				this.#parts.log.write(`${id} could not be started again: ${String(error)}`);
			});
			return;
		}

		if (agent.state === 'exited' && isTold(agent)) return;
		observers.see(event, {exit: exitOf(event), pid: null});
		if (event.kind === 'exit') void addLastLine(this.#parts, id);
	}
}
