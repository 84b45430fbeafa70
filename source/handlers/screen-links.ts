import stripAnsi from 'strip-ansi';

const maxLinks = 100;
const maxLinkLength = 8 * 1024;
const linkStart = /\b(?:https?:\/\/|mailto:)/gi;
const notInLink = /[\s\u0000-\u001F\u007F-\u009F<>"`{}|\\^\u2500-\u259F]/;
const hyperlink = /\u001B\]8;[^;\u0007\u001B]*;([^\u0007\u001B]*)(?:\u0007|\u001B\\)/g;
// A frame that a program draws around its text, and the blanks inside of it.
const leftEdge = /^[ \t]*(?:[\u2500-\u259F][ \t]*)?/;
const rightEdge = /[ \t]*(?:[\u2500-\u259F][ \t]*)?$/;

/** A link behind a text. */
export type Hyperlink = {uri: string; text: string};

/** A text may go on in the next row. */
const textBeginning = 16;

/**
 * The links on a terminal's screen, in the order in which they stand, each once: those that OSC 8
 * carries, and those that are written out, also over several rows, with or without a frame.
 * `cols` is the terminal's width, by which a wrapped row is known; `hyperlinks` are those that the
 * host knows of texts which the lines show.
 */
export const screenLinks = (
	lines: readonly string[],
	cols: number,
	hyperlinks: readonly Hyperlink[] = [],
): string[] => {
	const links = new Set<string>();
	const rows = lines.map(line => stripAnsi(line));
	for (let row = 0; row < rows.length; row++) {
		for (const [, uri] of lines[row]!.matchAll(hyperlink)) {
			if (uri && isLink(uri)) links.add(uri);
		}

		for (const {uri, text} of hyperlinks) {
			if (isLink(uri) && rows[row]!.includes(text.slice(0, textBeginning))) links.add(uri);
		}

		for (const match of rows[row]!.matchAll(linkStart)) {
			const link = readLink(rows, row, match.index, cols);
			if (link !== undefined) links.add(link);
			if (links.size >= maxLinks) return [...links];
		}
	}

	return [...links];
};

const isLink = (uri: string): boolean =>
	/^(https?|mailto):/i.test(uri) && uri.length <= maxLinkLength;

/** The newest link: the lowest on the screen. */
export const newestLink = (...screen: Parameters<typeof screenLinks>): string | undefined =>
	screenLinks(...screen).at(-1);

const readLink = (
	rows: readonly string[],
	row: number,
	column: number,
	cols: number,
): string | undefined => {
	const first = rows[row]!;
	let link = upToEnd(first.slice(column));
	let end = column + link.length;
	let content = contentOf(first);
	const width = contentEnd(rows, row, cols);
	// The rows of one wrapped link fill their width, and the next begins where a row's text begins.
	while (end >= content.end && content.end >= width && link.length < maxLinkLength) {
		row++;
		const next = rows[row];
		if (next === undefined) break;
		content = contentOf(next);
		const rest = upToEnd(next.slice(content.start, content.end));
		if (rest === '' || /^(?:https?:\/\/|mailto:)/i.test(rest)) break;
		link += rest;
		end = content.start + rest.length;
	}

	link = trimmed(link);
	return /^(?:https?:\/\/[^/?#]|mailto:.)/i.test(link) && link.length <= maxLinkLength
		? link
		: undefined;
};

const upToEnd = (text: string): string => {
	const end = text.search(notInLink);
	return end === -1 ? text : text.slice(0, end);
};

const contentOf = (line: string): {start: number; end: number} => {
	const start = leftEdge.exec(line)![0].length;
	return {start, end: Math.max(start, line.length - rightEdge.exec(line)![0].length)};
};

/** Where a full row ends: the terminal's last column, or one cell before a frame's right side. */
const contentEnd = (rows: readonly string[], row: number, cols: number): number => {
	const line = rows[row]!;
	const frame = /[\u2500-\u259F][ \t]*$/.exec(line);
	if (!frame) return cols;
	// Frames pad their text by as many cells on the right as on the left, mostly one or two.
	const padding = /^[ \t]*[\u2500-\u259F]([ \t]*)/.exec(line)?.[1]?.length ?? 1;
	return frame.index - Math.max(padding, 1);
};

/** Without the sentence's own punctuation; a closing bracket stays when it was opened in the link. */
const trimmed = (link: string): string => {
	for (;;) {
		const last = link.at(-1) ?? '';
		const opening = {')': '(', ']': '['}[last];
		if (opening !== undefined) {
			if (count(link, opening) >= count(link, last)) return link;
		} else if (!/[.,;:!?'*_]/.test(last)) {
			return link;
		}

		link = link.slice(0, -1);
	}
};

const count = (text: string, character: string): number => text.split(character).length - 1;
