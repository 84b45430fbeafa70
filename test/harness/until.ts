/** Polls until `probe` yields something true; then a failure tells what was seen last. */
export const until = async <T>(
	probe: () => T | Promise<T>,
	what: string,
	{timeoutMs = 10_000, seen = () => ''}: {timeoutMs?: number; seen?: () => string} = {},
): Promise<NonNullable<T>> => {
	const deadline = performance.now() + timeoutMs;
	for (;;) {
		const value = await probe();
		if (value) return value as NonNullable<T>;
		if (performance.now() > deadline) throw new Error(`never ${what}\n${seen()}`);
		await new Promise(resolve => setTimeout(resolve, 10));
	}
};
