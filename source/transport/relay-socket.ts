import type {Duplex} from 'node:stream';
import type {FleetError} from '../errors.ts';
import {SocketLike} from './socket-like.ts';

/**
 * A stream whose other end is a program that carries many. When that program dies its streams just
 * end, as if all had been said; `whyEnded` tells such an end from a true one.
 */
export class RelaySocket extends SocketLike {
	readonly #inner: Duplex;
	/** Whether a byte ever came: none may mean that nobody was there. */
	hasHeard = false;

	constructor(
		inner: Duplex,
		whyEnded: () => Promise<FleetError | null>,
		{allowHalfOpen = false} = {},
	) {
		super({allowHalfOpen});
		this.#inner = inner;
		const finish = async () => {
			const error = await whyEnded();
			if (error) this.destroy(error);
			else if (!this.readableEnded && !this.destroyed) this.push(null);
		};

		inner
			.on('data', (data: Buffer) => {
				this.hasHeard = true;
				this.touch();
				if (!this.push(data)) inner.pause();
			})
			.on('end', () => void finish())
			.on('error', error => {
				void whyEnded().then(why => this.destroy(why ?? error));
			})
			.on('close', () => {
				if (this.destroyed) return;
				if (this.readableEnded) this.destroy();
				else this.once('end', () => setImmediate(() => this.destroy()));
			});
	}

	override _read(): void {
		this.#inner.resume();
	}

	override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
		this.touch();
		this.#inner.write(chunk, error => done(error));
	}

	override _final(done: (error?: Error | null) => void): void {
		this.#inner.end(() => done());
	}

	override _destroy(error: Error | null, done: (error: Error | null) => void): void {
		this.endIdle();
		this.#inner.destroy();
		done(error);
	}
}
