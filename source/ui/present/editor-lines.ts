import type {Editor} from '../editor.ts';
import {cut, graphemes, widthOf} from './cells.ts';
import type {Segment} from './paint.ts';

const cursorStyle = {inverse: true} as const;

/** A line that is being written, the cursor always in sight; dots stand for what is out of it. */
export const editorLine = (
	editor: Editor,
	width: number,
	{isFocused = true, placeholder = ''}: {isFocused?: boolean; placeholder?: string} = {},
): Segment[] => {
	if (editor.text === '') {
		const hint: Segment = [cut(placeholder, Math.max(0, width - 1)), {colour: 'grey'}];
		return isFocused ? [[' ', cursorStyle], hint] : [hint];
	}

	const letters = graphemes(editor.text.replaceAll('\n', '⏎'));
	if (!isFocused) return [[cut(letters.join(''), width)]];
	// The cursor behind the last letter needs a cell of its own.
	let from = 0;
	let used = widthOf(letters.slice(0, editor.cursor).join('')) + 1;
	while (used > width - 2 && from < editor.cursor) used -= widthOf(letters[from++]!);
	const before = (from > 0 ? '…' : '') + letters.slice(from, editor.cursor).join('');
	const under = letters[editor.cursor] ?? ' ';
	const room = width - widthOf(before) - widthOf(under);
	return [[before], [under, cursorStyle], [cut(letters.slice(editor.cursor + 1).join(''), room)]];
};

/** A text of several lines that is being written, in `height` lines around the cursor. */
export const editorLines = (editor: Editor, width: number, height: number): Segment[][] => {
	const rows: Segment[][] = [[]];
	let used = 0;
	let cursorRow = 0;
	const letters = [...graphemes(editor.text), ''];
	for (const [index, letter] of letters.entries()) {
		const isCursor = index === editor.cursor;
		const cells = Math.max(1, letter === '\n' ? 1 : widthOf(letter));
		if (used + cells > width) {
			rows.push([]);
			used = 0;
		}

		if (isCursor) cursorRow = rows.length - 1;
		const shown = letter === '\n' || letter === '' ? ' ' : letter === '\t' ? ' ' : letter;
		if (isCursor) rows.at(-1)!.push([shown, cursorStyle]);
		else if (letter !== '\n' && letter !== '') rows.at(-1)!.push([shown]);
		used += cells;
		if (letter === '\n') {
			rows.push([]);
			used = 0;
		}
	}

	const from = Math.max(0, Math.min(cursorRow - height + 1, rows.length - height));
	return rows.slice(from, from + height);
};
