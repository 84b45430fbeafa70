import {setTimeout as delay} from 'node:timers/promises';
import {once} from 'node:events';

export type RetryOptions = {
	signal: AbortSignal;
	withinMs: number;
	/** Its `live` event ends a wait at once. */
	wake: EventTarget;
	firstWaitMs?: number;
};

const longestWaitMs = 15_000;

/**
 * Repeats a call until it settles well: when the link is back, and with growing waits. Undefined
 * when the time is up or the signal aborted.
 */
export const retryUntil = async <T>(
	call: (signal: AbortSignal) => Promise<T>,
	{signal, withinMs, wake, firstWaitMs = 500}: RetryOptions,
): Promise<T | undefined> => {
	const until = Date.now() + withinMs;
	for (let waitMs = firstWaitMs; ; waitMs = Math.min(waitMs * 2, longestWaitMs)) {
		const leftMs = until - Date.now();
		if (signal.aborted || leftMs <= 0) return undefined;
		const waking = new AbortController();
		// Listening begins before the call: the link may come back while it fails.
		const live = once(wake, 'live', {signal: waking.signal}).catch(() => {});
		try {
			return await call(AbortSignal.any([signal, AbortSignal.timeout(Math.min(leftMs, 60_000))]));
		} catch {
			await Promise.race([
				live,
				delay(Math.min(waitMs, leftMs), undefined, {
					signal: AbortSignal.any([signal, waking.signal]),
				}).catch(() => {}),
			]);
		} finally {
			waking.abort();
		}
	}
};
