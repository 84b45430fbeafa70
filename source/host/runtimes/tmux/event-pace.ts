import type {RuntimeEvent} from '../runtime.ts';

type PacedEvent = Extract<RuntimeEvent, {kind: 'osc' | 'bell'}>;

const burst = 40;
const perSecond = 20;
/** A program may have as many parts that report as the arbiter remembers. */
const mostHeld = 64;

/**
 * Lets an agent's bells and control strings through as they come, until there are too many; then only the last of each kind,
 * once a second. A status replaces the one before it of the same record, so the last one is what is true.
 */
export class EventPace {
	readonly #emit: (event: RuntimeEvent) => void;
	readonly #held = new Map<string, PacedEvent>();
	#left = burst;
	#at = 0;
	#dropped = 0;

	constructor(emit: (event: RuntimeEvent) => void) {
		this.#emit = emit;
	}

	/** `now` is in milliseconds. */
	push(event: PacedEvent, now: number): void {
		this.#left = Math.min(burst, this.#left + ((now - this.#at) / 1000) * perSecond);
		this.#at = now;
		const kind = kindOf(event);
		if (this.#left >= 1 && !this.#held.has(kind)) {
			this.#left--;
			this.#emit(event);
			return;
		}

		const isKnown = this.#held.has(kind);
		if (isKnown || this.#held.size >= mostHeld) this.#dropped++;
		if (isKnown || this.#held.size < mostHeld) this.#held.set(kind, event);
	}

	/** How many were not let through since this was asked last. */
	takeDropped(): number {
		const dropped = this.#dropped;
		this.#dropped = 0;
		return dropped;
	}

	flush(): void {
		const held = [...this.#held.values()];
		this.#held.clear();
		for (const event of held) this.#emit(event);
	}
}

const kindOf = (event: PacedEvent): string => {
	if (event.kind === 'bell') return 'bell';
	const {payload} = event;
	const code = payload.slice(0, payload.indexOf(';'));
	return code === '7501' ? `${code};${/[;:]id=([^:]*)/.exec(payload)?.[1] ?? ''}` : code;
};
