import {Buffer} from 'node:buffer';

/** After something was sent, what follows within this leaves in one piece. */
const togetherMs = 2;

/**
 * Passes a terminal's output on: what comes after a silence at once, as the echo of a key does; a
 * flood, which tmux writes in thousands of small pieces a second, in fewer ones. Each piece costs a frame,
 * a packet, and a wake-up of every program on its way.
 */
export const gatherOutput = (send: (bytes: Buffer) => void) => {
	let waiting: Buffer[] = [];
	let bytes = 0;
	let sentAt = -Infinity;
	let timer: NodeJS.Timeout | undefined;

	const pass = (chunk: Buffer) => {
		sentAt = performance.now();
		send(chunk);
	};

	const flush = () => {
		clearTimeout(timer);
		timer = undefined;
		if (waiting.length === 0) return;
		const gathered = waiting.length === 1 ? waiting[0]! : Buffer.concat(waiting, bytes);
		waiting = [];
		bytes = 0;
		pass(gathered);
	};

	return {
		push(chunk: Buffer): void {
			if (!timer && performance.now() - sentAt >= togetherMs) return pass(chunk);
			timer ??= setTimeout(flush, togetherMs);
			waiting.push(chunk);
			bytes += chunk.length;
		},
		/** Bytes that wait to be sent. */
		waiting: (): number => bytes,
		/** Sends what waits now. */
		flush,
		close(): void {
			clearTimeout(timer);
			waiting = [];
		},
	};
};
