const ask = '\u001B[?1004h';
const askNoMore = '\u001B[?1004l';

/**
 * Asks the terminal to tell when it gains and loses the focus, and listens beside whoever reads its
 * keys, so only while somebody does. Returns what ends both.
 */
export const watchFocus = (
	{stdin, stdout}: {stdin: NodeJS.ReadStream; stdout: NodeJS.WriteStream},
	tell: (hasFocus: boolean) => void,
): (() => void) => {
	// Alone, listening would take the keys from the reader that comes next.
	if (stdin.listenerCount('readable') === 0) return () => {};
	let rest = '';
	const onData = (chunk: string | Buffer) => {
		const text = rest + chunk.toString();
		const reports = text.match(/\u001B\[[IO]/g);
		rest = /\u001B\[?$/.exec(text)?.[0] ?? '';
		const last = reports?.at(-1);
		if (last !== undefined) tell(last.endsWith('I'));
	};

	stdin.on('data', onData);
	stdout.write(ask);
	return () => {
		stdin.off('data', onData);
		stdout.write(askNoMore);
	};
};
