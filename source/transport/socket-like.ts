import {Duplex} from 'node:stream';

/** A stream that is no `net.Socket` but has what `http` and `ws` call on one. */
export abstract class SocketLike extends Duplex {
	#idleMs = 0;
	#idle: NodeJS.Timeout | undefined;

	/** Bytes passed, in either direction. */
	protected touch(): void {
		clearTimeout(this.#idle);
		if (this.#idleMs <= 0 || this.destroyed) return;
		this.#idle = setTimeout(() => this.emit('timeout'), this.#idleMs).unref();
	}

	/** No `timeout` comes any more. */
	protected endIdle(): void {
		clearTimeout(this.#idle);
	}

	/** Emits `timeout` after so much silence in both directions, as `net.Socket` does; 0 ends it. */
	setTimeout(milliseconds: number, listener?: () => void): this {
		this.#idleMs = milliseconds;
		if (listener) {
			if (milliseconds > 0) this.once('timeout', listener);
			else this.removeListener('timeout', listener);
		}

		this.touch();
		return this;
	}

	setNoDelay(): this {
		return this;
	}

	setKeepAlive(): this {
		return this;
	}

	ref(): this {
		return this;
	}

	unref(): this {
		return this;
	}

	/** Destroys it once everything is written. */
	destroySoon(): void {
		if (this.writable) this.end();
		if (this.writableFinished) this.destroy();
		else this.once('finish', () => this.destroy());
	}
}
