import type {ClientChannel} from 'ssh2';
import {SocketLike} from '../socket-like.ts';

/**
 * An ssh2 channel as a stream that keeps the rules of streams: the channel's own `destroy` leaves
 * `destroyed` false, and a write on one that is closed never calls back.
 */
export class ChannelSocket extends SocketLike {
	readonly #channel: ClientChannel;
	#written: ((error?: Error | null) => void) | undefined;

	/** `allowHalfOpen`: the other side's end leaves ours open, as a program needs that reads on. */
	constructor(channel: ClientChannel, {allowHalfOpen = false} = {}) {
		super({allowHalfOpen});
		this.#channel = channel;
		channel
			.on('data', (data: Buffer) => {
				// Held back, what nobody reads any more would hold the channel's end back too.
				if (this.destroyed) return;
				this.touch();
				if (!this.push(data)) channel.pause();
			})
			.on('end', () => this.push(null))
			.on('error', (error: Error) => this.destroy(error))
			.on('close', () => {
				this.#settle(new Error('the channel is closed'));
				if (this.destroyed) return;
				this.push(null);
				// What came last is read before the stream ends for good.
				if (this.readableEnded) this.destroy();
				else this.once('end', () => setImmediate(() => this.destroy()));
			});
	}

	override _read(): void {
		this.#channel.resume();
	}

	override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
		this.touch();
		this.#written = done;
		this.#channel.write(chunk, error => {
			if (this.#written === done) this.#settle(error ?? null);
		});
	}

	override _writev(chunks: Array<{chunk: Buffer}>, done: (error?: Error | null) => void): void {
		this._write(Buffer.concat(chunks.map(({chunk}) => chunk)), 'buffer', done);
	}

	override _final(done: (error?: Error | null) => void): void {
		this.#channel.end();
		done();
	}

	override _destroy(error: Error | null, done: (error: Error | null) => void): void {
		this.endIdle();
		this.#channel.destroy();
		this.#channel.resume();
		this.#settle(error ?? new Error('the stream is closed'));
		done(error);
	}

	#settle(error: Error | null): void {
		const written = this.#written;
		this.#written = undefined;
		written?.(error);
	}
}
