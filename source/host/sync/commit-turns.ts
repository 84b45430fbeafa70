import {FleetError} from '../../errors.ts';

const remembered = 16;

/**
 * A laptop sends the next transaction while the one before is worked on, each on a stream of its
 * own: this keeps them in order, whichever arrives first.
 */
export class CommitTurns {
	readonly #turns = new Map<string, PromiseWithResolvers<void>>();

	/**
	 * Does the work when the transaction `after` was done; on a slow link that may take long. `gone`: nobody
	 * waits for this one any more, for the one before it was lost.
	 */
	async take<T>(
		{txn, after}: {txn: string; after?: string | undefined},
		gone: AbortSignal,
		work: () => Promise<T>,
	): Promise<T> {
		const own = this.#turn(txn);
		try {
			if (after !== undefined) await this.#until(after, gone);
			return await work();
		} finally {
			own.resolve();
		}
	}

	async #until(txn: string, gone: AbortSignal): Promise<void> {
		const {promise, reject} = Promise.withResolvers<never>();
		const give = () =>
			reject(new FleetError('failed', 'the transaction before this one did not arrive'));
		gone.addEventListener('abort', give, {once: true});
		if (gone.aborted) give();
		try {
			await Promise.race([this.#turn(txn).promise, promise]);
		} finally {
			gone.removeEventListener('abort', give);
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
