import {createRequire} from 'node:module';
import type xterm from '@xterm/headless';
import {blank, type Cell, type Point, type Screen} from './screen.ts';

export type HostScreen = Screen & {
	/** Draws what came from the host, at once. Throws where the emulator fails. */
	pass(bytes: Uint8Array): void;
	resize(size: {cols: number; rows: number}): void;
	close(): void;
};

/** More than any screen has of anything. */
const mostRepeats = 10_000;
/** What is done as often as the first parameter says: characters, lines, tabs, columns, scrolling, repetition. */
const repeating = [
	...[...'@ILMPSTXZb^'].map(final => ({final})),
	...[...'@A'].map(final => ({intermediates: ' ', final})),
	...[...'}~'].map(final => ({intermediates: "'", final})),
];

/** What the host has drawn so far, kept beside the terminal that shows it, as no terminal tells what it shows. */
export const createHostScreen = ({cols, rows}: {cols: number; rows: number}): HostScreen => {
	// Not an import: few starts need it, and it is a tenth of the program.
	const {Terminal} = createRequire(import.meta.url)('@xterm/headless') as typeof xterm;
	const terminal = new Terminal({
		cols,
		rows,
		scrollback: 0,
		allowProposedApi: true,
		// It would tell the terminal of each sequence that it does not know.
		logLevel: 'off',
	});
	let isCursorShown = true;
	const showsCursor = (isShown: boolean) => (params: Array<number | number[]>) => {
		if (params.includes(25)) isCursorShown = isShown;
		return false;
	};

	terminal.parser.registerCsiHandler({prefix: '?', final: 'h'}, showsCursor(true));
	terminal.parser.registerCsiHandler({prefix: '?', final: 'l'}, showsCursor(false));
	// A host that means harm would have the emulator count to two thousand millions.
	const isEndless = (params: Array<number | number[]>) =>
		params.flat().some(count => count > mostRepeats);
	for (const id of repeating) terminal.parser.registerCsiHandler(id, isEndless);

	// Reused: a cell is looked at for every key.
	const found = terminal.buffer.active.getNullCell();
	const cellAt = ({x, y}: Point): xterm.IBufferCell | undefined => {
		const {active} = terminal.buffer;
		return active.getLine(active.baseY + y)?.getCell(x, found);
	};

	const place = (): Point => {
		const {cursorX: x, cursorY: y} = terminal.buffer.active;
		return {x, y};
	};

	const isInverseAt = (point: Point): boolean => (cellAt(point)?.isInverse() ?? 0) !== 0;

	return {
		pass(bytes) {
			// The emulator draws at once what follows input, and other output when it has time.
			terminal.input('', true);
			terminal.write(bytes);
		},
		resize: size => terminal.resize(size.cols, size.rows),
		close: () => terminal.dispose(),
		get columns() {
			return terminal.cols;
		},
		get cursor() {
			const {modes} = terminal;
			// A frame is not whole, or letters go elsewhere than to where they would be drawn.
			if (modes.synchronizedOutputMode || modes.insertMode || modes.originMode) return undefined;
			return isCursorShown || isInverseAt(place()) ? place() : undefined;
		},
		get isCursorDrawn() {
			return !isCursorShown && isInverseAt(place());
		},
		cell(point) {
			const cell = cellAt(point);
			return cell ? toCell(cell) : blank;
		},
	};
};

const toCell = (cell: xterm.IBufferCell): Cell => {
	const text = cell.getChars();
	return {
		text: text === '' ? ' ' : text,
		isErased: text === '',
		isPlain: cell.getWidth() === 1 && !cell.isUnderline() && !cell.isOverline(),
		look: look(cell),
		isInverse: cell.isInverse() !== 0,
	};
};

/** The parameters of the SGR sequence that gives a letter the look of the cell, the underline and the inverse aside. */
const look = (cell: xterm.IBufferCell): string =>
	[
		0,
		...(cell.isBold() ? [1] : []),
		...(cell.isDim() ? [2] : []),
		...(cell.isItalic() ? [3] : []),
		...(cell.isBlink() ? [5] : []),
		...(cell.isInvisible() ? [8] : []),
		...(cell.isStrikethrough() ? [9] : []),
		...colour(38, cell.getFgColorMode(), cell.getFgColor()),
		...colour(48, cell.getBgColorMode(), cell.getBgColor()),
	].join(';');

// How the emulator tells the kinds of colours apart; a terminal may show one of the first 16 otherwise if it is bold.
const [palette16, palette256, rgb] = [0x1_00_00_00, 0x2_00_00_00, 0x3_00_00_00];

const colour = (code: 38 | 48, mode: number, value: number): number[] => {
	if (mode === palette16) return [code + value + (value < 8 ? -8 : 44)];
	if (mode === palette256) return [code, 5, value];
	return mode === rgb ? [code, 2, (value >> 16) & 255, (value >> 8) & 255, value & 255] : [];
};
