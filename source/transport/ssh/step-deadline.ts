import type {Prompt} from '../prompt.ts';

/**
 * A limit for each step of a login rather than for the whole: a far host needs seven round trips,
 * and a person who looks for a passphrase needs as long as it takes.
 */
export class StepDeadline {
	readonly #limitMs: number;
	readonly #onExpired: () => void;
	#timer: NodeJS.Timeout | undefined;
	#isOver = false;

	constructor(limitMs: number, onExpired: () => void) {
		this.#limitMs = limitMs;
		this.#onExpired = onExpired;
	}

	/** A step began. */
	restart(): void {
		clearTimeout(this.#timer);
		if (!this.#isOver) this.#timer = setTimeout(this.#onExpired, this.#limitMs);
	}

	/** The login is over, one way or the other. */
	stop(): void {
		this.#isOver = true;
		clearTimeout(this.#timer);
	}

	/** The same prompt, with the clock standing still while the person answers. */
	around(prompt: Prompt | undefined): Prompt | undefined {
		if (!prompt) return undefined;
		return async (question, signal) => {
			clearTimeout(this.#timer);
			try {
				return await prompt(question, signal);
			} finally {
				this.restart();
			}
		};
	}
}
