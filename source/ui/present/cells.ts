import stringWidth from 'string-width';
import {colouredLine, plainText} from '../../protocol/text.ts';
import {GraphemeSegmenter, isPlain} from './plain-letters.ts';

const segmenter = new GraphemeSegmenter('en');

/** What a person sees as letters, however many code points each is. */
export const graphemes = (text: string): string[] =>
	isPlain(text) ? [...text] : Array.from(segmenter.segment(text), part => part.segment);

/** How many cells of a terminal the text takes. */
export const widthOf = (text: string): number => (isPlain(text) ? text.length : stringWidth(text));

/** Text from elsewhere, made one harmless line; nearly always it is one already. */
export const harmless = (text: string): string => (isPlain(text) ? text : plainText(text));

/** At most `width` cells of it; what is cut ends in an ellipsis. */
export const cut = (text: string, width: number): string => {
	if (width <= 0) return '';
	if (isPlain(text)) return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
	if (stringWidth(text) <= width) return text;
	let out = '';
	let used = 0;
	for (const letter of graphemes(text)) {
		const cells = stringWidth(letter);
		if (used + cells > width - 1) break;
		out += letter;
		used += cells;
	}

	return `${out}…`;
};

/** At most `width` cells of its end: of a path, what tells it from others. */
export const cutStart = (text: string, width: number): string => {
	if (width <= 0) return '';
	if (widthOf(text) <= width) return text;
	const letters = graphemes(text);
	let used = 1;
	let from = letters.length;
	while (from > 0 && used + widthOf(letters[from - 1]!) <= width) used += widthOf(letters[--from]!);
	return `…${letters.slice(from).join('')}`;
};

/** Exactly `width` cells: cut or padded with spaces at its end. */
export const fit = (text: string, width: number): string => {
	const short = cut(text, width);
	return short + ' '.repeat(Math.max(0, width - widthOf(short)));
};

/** The same, padded at its start. */
export const fitRight = (text: string, width: number): string => {
	const short = cut(text, width);
	return ' '.repeat(Math.max(0, width - widthOf(short))) + short;
};

/** Lines of at most `width` cells, broken between words where it can be. */
export const wrap = (text: string, width: number): string[] => {
	const lines: string[] = [];
	for (const paragraph of text.split('\n')) {
		let line = '';
		let used = 0;
		for (const word of paragraph.split(/(?<= )/)) {
			const cells = widthOf(word.trimEnd());
			if (used > 0 && used + cells > width) {
				lines.push(line.trimEnd());
				line = '';
				used = 0;
			}

			for (const letter of graphemes(word)) {
				const size = widthOf(letter);
				if (used + size > width && used > 0 && letter !== ' ') {
					lines.push(line);
					line = '';
					used = 0;
				}

				line += letter;
				used += size;
			}
		}

		lines.push(line.trimEnd());
	}

	return lines;
};

/** The same, of which no more than so many lines; where there are more, the last ends in an ellipsis. */
export const wrapAtMost = (text: string, width: number, count: number): string[] => {
	const lines = wrap(text, width);
	return lines.length <= count
		? lines
		: [...lines.slice(0, count - 1), cut(`${lines[count - 1]!}…`, width)];
};

const sgr = /(\u001B\[[0-9;:]*m)/;

/**
 * A line of another terminal, harmless and at most `width` cells wide, its colours kept where
 * `isColoured`. Colours never run on behind it.
 */
export const cutColoured = (line: string, width: number, isColoured: boolean): string => {
	const parts = colouredLine(line).split(sgr);
	const total = parts.reduce((sum, part, i) => (i % 2 === 0 ? sum + widthOf(part) : sum), 0);
	const limit = total > width ? width - 1 : width;
	let out = '';
	let used = 0;
	let isStyled = false;
	for (const [index, part] of parts.entries()) {
		if (index % 2 === 1) {
			if (isColoured) out += part;
			isStyled ||= isColoured;
			continue;
		}

		const cells = widthOf(part);
		if (used + cells <= limit) {
			out += part;
			used += cells;
			continue;
		}

		for (const letter of graphemes(part)) {
			const size = widthOf(letter);
			if (used + size > limit) break;
			out += letter;
			used += size;
		}

		break;
	}

	if (isStyled) out += '\u001B[0m';
	return total > width && width > 0 ? `${out}…` : out;
};
