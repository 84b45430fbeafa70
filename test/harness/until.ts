/** Polls until `probe` yields something true; then a failure tells what was seen last. */
export const until = async <T>(
	probe: () => T | Promise<T>,
	what = 'so',
	{timeoutMs = 15_000, seen = () => ''}: {timeoutMs?: number; seen?: () => unknown} = {},
): Promise<NonNullable<T>> => {
	const deadline = performance.now() + timeoutMs;
	for (;;) {
		const value = await probe();
		if (value) return value as NonNullable<T>;
		if (performance.now() > deadline) {
			const shown = await seen();
			const text = typeof shown === 'string' ? shown : JSON.stringify(shown, null, 1);
			throw new Error(`never ${what}\n${text}`);
		}

		await new Promise(resolve => setTimeout(resolve, 10));
	}
};
