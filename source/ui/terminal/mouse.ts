/** What a mouse did, and in which cell, counted from 0. */
export type MouseReport = {kind: 'press' | 'wheel-up' | 'wheel-down'; x: number; y: number};

// Presses and releases (1000), told in decimal so that columns beyond 223 can be said (1006).
const ask = '\u001B[?1000h\u001B[?1006h';
const askNoMore = '\u001B[?1006l\u001B[?1000l';

const report = /\u001B\[<(\d{1,4});(\d{1,5});(\d{1,5})([Mm])/g;
const cutReport = /\u001B(?:\[(?:<[\d;]{0,16})?)?$/;
const leftButton = 0;
const wheels: Readonly<Record<number, MouseReport['kind']>> = {64: 'wheel-up', 65: 'wheel-down'};

/** The reports in what a terminal sent; `rest` is the beginning of one that is cut in two. */
export const readMouse = (text: string): {reports: MouseReport[]; rest: string} => {
	const reports: MouseReport[] = [];
	for (const [, button, column, row, end] of text.matchAll(report)) {
		const kind = Number(button) === leftButton ? 'press' : wheels[Number(button)];
		if (kind && end === 'M') reports.push({kind, x: Number(column) - 1, y: Number(row) - 1});
	}

	return {reports, rest: cutReport.exec(text)?.[0] ?? ''};
};

/**
 * Asks the terminal to tell what the mouse does, and listens beside whoever reads its keys, so only
 * while somebody does. Returns what ends both.
 */
export const watchMouse = (
	{stdin, stdout}: {stdin: NodeJS.ReadStream; stdout: NodeJS.WriteStream},
	tell: (report: MouseReport) => void,
): (() => void) => {
	// Alone, listening would take the keys from the reader that comes next.
	if (stdin.listenerCount('readable') === 0) return () => {};
	let rest = '';
	const onData = (chunk: string | Buffer) => {
		const read = readMouse(rest + chunk.toString());
		rest = read.rest;
		for (const one of read.reports) tell(one);
	};

	stdin.on('data', onData);
	stdout.write(ask);
	return () => {
		stdin.off('data', onData);
		stdout.write(askNoMore);
	};
};
