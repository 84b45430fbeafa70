import {GraphicRendition} from './graphic-rendition.ts';

/** VT100's line drawing set (the lower case of DEC Special Graphics), which tmux captures between SO and SI. */
const drawing: Record<string, string> = Object.fromEntries(
	[...'`abcdefghijklmnopqrstuvwxyz{|}~'].map((letter, index) => [
		letter,
		[...'◆▒␉␌␍␊°±␤␋┘┐┌└┼⎺⎻─⎼⎽├┤┴┬│≤≥π≠£·'][index] ?? letter,
	]),
);

/**
 * tmux's captured lines as lines that stand alone: tmux writes only what changes from one cell to the
 * next, across lines, so a line may owe its colour to one above it. Trailing blank rows are dropped.
 */
export const capturedLines = (captured: readonly string[], ansi: boolean): string[] => {
	const style = new GraphicRendition();
	let draws = false;
	const lines = captured.map(line => {
		const drawn =
			draws || line.includes('\x0e') ? withDrawing(line, draws) : line.replace('\x0f', '');
		draws = /\x0e[^\x0f]*$/.test(line) || (draws && !line.includes('\x0f'));
		if (!ansi) return drawn;
		const before = drawn === '' ? '' : style.sequence;
		for (const [, parameters = ''] of drawn.matchAll(/\x1b\[([0-9;:]*)m/g)) style.apply(parameters);
		return before + drawn + (drawn === '' || style.sequence === '' ? '' : '\x1b[0m');
	});
	while (lines.length > 0 && isBlank(lines.at(-1) ?? '')) lines.pop();
	return lines;
};

const withDrawing = (line: string, draws: boolean): string =>
	(draws ? `\x0e${line}` : line).replace(/\x0e([^\x0f]*)\x0f?/g, (_, run: string) =>
		run.replace(/\x1b\[[0-9;:]*m|[`-~]/g, found => drawing[found] ?? found),
	);

const isBlank = (line: string): boolean => line.replace(/\x1b\[[0-9;:]*m/g, '').trim() === '';
