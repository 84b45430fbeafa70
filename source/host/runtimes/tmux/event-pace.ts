import type {RuntimeEvent} from '../runtime.ts';

type PacedEvent = Extract<RuntimeEvent, {kind: 'osc' | 'bell'}>;

const burst = 40;
const perSecond = 20;

/**
 * Lets an agent's bells and control strings through as they come, until there are too many; then only the last of each kind,
 * once a second. A status replaces the one before it, so the last one is what is true.
 */
export class EventPace {
	readonly #emit: (event: RuntimeEvent) => void;
	readonly #held = new Map<string, PacedEvent>();
	#left = burst;
	#at = 0;

	constructor(emit: (event: RuntimeEvent) => void) {
		this.#emit = emit;
	}

	/** `now` is in milliseconds. */
	push(event: PacedEvent, now: number): void {
		this.#left = Math.min(burst, this.#left + ((now - this.#at) / 1000) * perSecond);
		this.#at = now;
		const kind =
			event.kind === 'bell' ? 'bell' : event.payload.slice(0, event.payload.indexOf(';'));
		if (this.#left >= 1 && !this.#held.has(kind)) {
			this.#left--;
			this.#emit(event);
		} else this.#held.set(kind, event);
	}

	flush(): void {
		const held = [...this.#held.values()];
		this.#held.clear();
		for (const event of held) this.#emit(event);
	}
}
