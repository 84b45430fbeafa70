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
	const lines: string[] = [];
	let style = '';
	for (const line of captured) {
		const drawn = line.replace(/\x0e([^\x0f]*)\x0f?/g, (_, run: string) =>
			run.replace(/\x1b\[[0-9;:]*m|[`-~]/g, found => drawing[found] ?? found),
		);
		if (!ansi || drawn === '') {
			lines.push(drawn);
			continue;
		}

		const before = style;
		for (const [sequence, values = ''] of drawn.matchAll(/\x1b\[([0-9;:]*)m/g)) {
			// tmux begins a sequence with 0 whenever something has to go.
			style = /^0*(?:;|$)/.test(values) ? '' : style;
			if (!/^0*$/.test(values)) style += sequence;
		}

		const text = before + drawn;
		lines.push(text.includes('\x1b[') && style !== '' ? `${text}\x1b[0m` : text);
	}

	while (lines.length > 0 && isBlank(lines.at(-1) ?? '')) lines.pop();
	return lines;
};

const isBlank = (line: string): boolean => line.replace(/\x1b\[[0-9;:]*m/g, '').trim() === '';
