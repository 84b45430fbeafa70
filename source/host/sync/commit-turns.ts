import {FleetError} from '../../errors.ts';

const waitMs = 60_000;
const remembered = 16;

/**
 * A laptop sends the next transaction while the one before is worked on, each on a stream of its
 * own: this keeps them in order, whichever arrives first.
 */
export class CommitTurns {
	readonly #turns = new Map<string, PromiseWithResolvers<void>>();

	/** Does the work when the transaction `after` was done. Rejects where that never comes. */
	async take<T>(txn: string, after: string | undefined, work: () => Promise<T>): Promise<T> {
		const own = this.#turn(txn);
		try {
			if (after !== undefined) await this.#until(after);
			return await work();
		} finally {
			own.resolve();
		}
	}

	async #until(txn: string): Promise<void> {
		const {promise, resolve, reject} = Promise.withResolvers<void>();
		const late = setTimeout(
			() => reject(new FleetError('failed', 'the transaction before this one did not arrive')),
			waitMs,
		);
		void this.#turn(txn).promise.then(resolve);
		try {
			await promise;
		} finally {
			clearTimeout(late);
		}
	}

	#turn(txn: string): PromiseWithResolvers<void> {
		const known = this.#turns.get(txn);
		if (known !== undefined) return known;
		const turn = Promise.withResolvers<void>();
		this.#turns.set(txn, turn);
		for (const [old] of this.#turns) {
			if (this.#turns.size <= remembered) break;
			this.#turns.delete(old);
		}

		return turn;
	}
}
