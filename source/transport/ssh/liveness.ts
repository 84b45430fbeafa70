import type {Duplex} from 'node:stream';

/** How often the other side is asked for a sign of life. */
export const probeIntervalMs = 4000;
/** With no byte for so long, though asked, the link is dead: seen within 15 s of a cut. */
export const silenceMs = 12_000;

/**
 * Calls `onDead` when nothing at all arrived for `silenceMs`. Any byte is life, not only the answer
 * to a probe: on a slow link that is full those answers come late, but bytes come.
 * A clock that jumped (the laptop slept) is no silence: one probe interval of grace follows.
 */
export const watchLiveness = (stream: Duplex, onDead: () => void): (() => void) => {
	let heardAt = performance.now();
	let dueAt = 0;
	let timer: NodeJS.Timeout;
	const hear = () => {
		heardAt = performance.now();
	};

	const schedule = (afterMs: number) => {
		dueAt = performance.now() + afterMs;
		timer = setTimeout(check, afterMs).unref();
	};

	const check = () => {
		const now = performance.now();
		const left = heardAt + silenceMs - now;
		if (left > 0) return schedule(left);
		if (now - dueAt > probeIntervalMs / 2) {
			heardAt = now - silenceMs + probeIntervalMs;
			return schedule(probeIntervalMs);
		}

		stop();
		onDead();
	};

	const stop = () => {
		clearTimeout(timer);
		stream.off('data', hear);
	};

	stream.on('data', hear);
	schedule(silenceMs);
	return stop;
};
