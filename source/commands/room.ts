import {widthOf} from '../ui/present/cells.ts';
import type {Segment} from '../ui/present/paint.ts';

/** How many columns a line may take there: as many as the terminal has; without one, as many as it takes. */
export const roomOf = ({
	isTTY,
	columns,
}: {
	isTTY?: boolean | undefined;
	columns?: number | undefined;
}): number => (isTTY ? Math.max(20, columns || 80) : Infinity);

/** Pieces one after the other, in as many lines as the room needs: none is broken. */
export const flow = (pieces: readonly Segment[][], room: number): Segment[][] => {
	const lines: Segment[][] = [];
	let used = 0;
	for (const piece of pieces) {
		const width = widthOf(
			piece
				.map(([text]) => text)
				.join('')
				.trimEnd(),
		);
		const last = lines.at(-1);
		if (last && used + width <= room) last.push(...piece);
		else {
			lines.push([...piece]);
			used = 0;
		}

		used += widthOf(piece.map(([text]) => text).join(''));
	}

	return lines;
};
