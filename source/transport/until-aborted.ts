/**
 * The promise, or a rejection with the signal's reason when that comes first: who waits may leave,
 * what is waited for goes on. A rejection that nobody waits for any more is nobody's.
 */
export const untilAborted = async <T>(promise: Promise<T>, signal: AbortSignal): Promise<T> => {
	promise.catch(() => {});
	signal.throwIfAborted();
	let onAbort!: () => void;
	try {
		return await Promise.race([
			promise,
			new Promise<never>((_, reject) => {
				onAbort = () => reject(signal.reason as Error);
				signal.addEventListener('abort', onAbort, {once: true});
			}),
		]);
	} finally {
		signal.removeEventListener('abort', onAbort);
	}
};
