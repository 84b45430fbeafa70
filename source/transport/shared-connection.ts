import {FleetError, toFleetError} from '../errors.ts';
import type {Connection} from './connection.ts';
import {untilAborted} from './until-aborted.ts';

type Attempt = {
	readonly abort: AbortController;
	readonly result: Promise<Connection>;
	waiters: number;
};

/**
 * One connection that many streams share. Whoever asks first starts it, everyone else joins the
 * same attempt, and an attempt that nobody waits for any more is given up.
 */
export class SharedConnection {
	readonly #connect: (signal: AbortSignal) => Promise<Connection>;
	readonly #onLost: (error: FleetError) => void;
	#attempt: Attempt | undefined;
	#live: Connection | undefined;
	#isClosed = false;

	constructor(
		connect: (signal: AbortSignal) => Promise<Connection>,
		onLost: (error: FleetError) => void,
	) {
		this.#connect = connect;
		this.#onLost = onLost;
	}

	/** The connection that is there, or a new one. Only `signal` of this call ends this call's wait. */
	async acquire(signal: AbortSignal): Promise<Connection> {
		signal.throwIfAborted();
		if (this.#isClosed) throw new FleetError('connection-lost', 'the transport is closed');
		if (this.#live) return this.#live;
		const attempt = (this.#attempt ??= this.#begin());
		attempt.waiters++;
		try {
			return await untilAborted(attempt.result, signal);
		} finally {
			attempt.waiters--;
			if (attempt.waiters === 0 && this.#attempt === attempt) this.#abandon(attempt);
		}
	}

	/** The connection that is open now. */
	get live(): Connection | undefined {
		return this.#live;
	}

	/** Drops the connection, or the attempt at one; the next `acquire` begins afresh. */
	reset(): void {
		const live = this.#live;
		this.#live = undefined;
		live?.close();
		if (this.#attempt) this.#abandon(this.#attempt);
	}

	close(): void {
		this.#isClosed = true;
		this.reset();
	}

	#begin(): Attempt {
		const abort = new AbortController();
		const attempt: Attempt = {abort, waiters: 0, result: this.#open(abort.signal, () => attempt)};
		return attempt;
	}

	async #open(signal: AbortSignal, self: () => Attempt): Promise<Connection> {
		try {
			const connection = await this.#connect(signal);
			if (signal.aborted) {
				connection.close();
				throw signal.reason;
			}

			this.#live = connection;
			void connection.closed.then(error => {
				if (this.#live !== connection) return;
				this.#live = undefined;
				this.#onLost(error);
			});
			return connection;
		} catch (error) {
			throw toFleetError(error);
		} finally {
			if (this.#attempt === self()) this.#attempt = undefined;
		}
	}

	#abandon(attempt: Attempt): void {
		this.#attempt = undefined;
		attempt.abort.abort(new FleetError('connection-lost', 'the connection was given up'));
	}
}
