import {cutSegments} from './header.ts';
import {cut, widthOf} from './cells.ts';
import type {Colour, Segment} from './paint.ts';

const widthOfAll = (segments: readonly Segment[]): number =>
	segments.reduce((sum, [text]) => sum + widthOf(text), 0);

/** Lines in a frame of exactly `width` cells, its title in the upper edge. */
export const dialog = (
	title: string,
	lines: ReadonlyArray<readonly Segment[]>,
	width: number,
	colour: Colour = 'cyan',
): Segment[][] => {
	const inner = Math.max(0, width - 4);
	const heading = cut(title, Math.max(0, width - 6));
	const edge = {colour};
	return [
		[
			['╭─ ', edge],
			[heading, {bold: true}],
			[` ${'─'.repeat(Math.max(0, width - 5 - widthOf(heading)))}╮`, edge],
		],
		...lines.map((line): Segment[] => {
			const short = cutSegments(line, inner);
			return [
				['│ ', edge],
				...short,
				[' '.repeat(Math.max(0, inner - widthOfAll(short)))],
				[' │', edge],
			];
		}),
		[[`╰${'─'.repeat(Math.max(0, width - 2))}╯`, edge]],
	];
};
