import {setTimeout as delay} from 'node:timers/promises';

type Step = readonly [what: string, close: () => unknown, deadlineMs?: number];

const defaultDeadlineMs = 10_000;

/**
 * Ends one thing after the other. One that fails or hangs is told of and keeps none of the rest
 * from its end.
 */
export const closeAll = async (
	steps: readonly Step[],
	failed: (line: string) => void,
): Promise<void> => {
	for (const [what, close, deadlineMs = defaultDeadlineMs] of steps) {
		const done = new AbortController();
		const late = delay(deadlineMs, 'late', {signal: done.signal});
		try {
			const result = await Promise.race([Promise.resolve(close()).then(() => 'done'), late]);
			if (result === 'late') failed(`${what}: still not closed after ${deadlineMs} ms`);
		} catch (error) {
			failed(`${what}: ${String(error)}`);
		} finally {
			done.abort();
			late.catch(() => {});
		}
	}
};
