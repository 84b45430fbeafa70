import type {Runtime, RuntimeEvent} from '../runtimes/runtime.ts';

/** Activity is told about once a second: longer than that without any is a pause after the first screen. */
const quietMs = 1300;
/** A program that never pauses gets its prompt all the same. */
const patienceMs = 15_000;

type Waiting = {text: string; since: number; timer: NodeJS.Timeout | undefined};

/** Prompts for programs that take none as an argument: typed once the program has shown itself. */
export class TypedPrompts {
	#runtime: Runtime;
	#failed: (id: string, error: unknown) => void;
	#waiting = new Map<string, Waiting>();

	constructor(runtime: Runtime, failed: (id: string, error: unknown) => void) {
		this.#runtime = runtime;
		this.#failed = failed;
	}

	add(id: string, text: string): void {
		this.forget(id);
		this.#waiting.set(id, {text, since: Date.now(), timer: undefined});
	}

	hear(event: RuntimeEvent): void {
		const waiting = this.#waiting.get(event.id);
		if (waiting === undefined || event.kind === 'pid') return;
		if (waiting.timer !== undefined && Date.now() - waiting.since > patienceMs) return;
		clearTimeout(waiting.timer);
		waiting.timer = setTimeout(() => this.#type(event.id, waiting.text), quietMs);
	}

	forget(id: string): void {
		clearTimeout(this.#waiting.get(id)?.timer);
		this.#waiting.delete(id);
	}

	close(): void {
		for (const id of [...this.#waiting.keys()]) this.forget(id);
	}

	#type(id: string, text: string): void {
		this.#waiting.delete(id);
		this.#runtime
			.input(id, {text, submit: true, keys: []})
			.catch((error: unknown) => this.#failed(id, error));
	}
}
