import {graphemes} from './present/cells.ts';

/** A text that is being written; the cursor counts graphemes from its start. */
export type Editor = {readonly text: string; readonly cursor: number};

export const emptyEditor: Editor = {text: '', cursor: 0};

export const editorOf = (text: string): Editor => ({text, cursor: graphemes(text).length});

const make = (letters: readonly string[], cursor: number): Editor => ({
	text: letters.join(''),
	cursor: Math.max(0, Math.min(cursor, letters.length)),
});

/** Text typed or pasted at the cursor; control characters but line breaks and tabs are dropped. */
export const insert = (editor: Editor, text: string, {isMultiline = false} = {}): Editor => {
	const clean = text
		.replace(/\r\n?/g, '\n')
		.replace(
			isMultiline ? /[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g : /\s+/g,
			isMultiline ? '' : ' ',
		)
		.replace(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g, '');
	const letters = graphemes(editor.text);
	const before = letters.slice(0, editor.cursor).join('') + clean;
	return {
		text: before + letters.slice(editor.cursor).join(''),
		cursor: graphemes(before).length,
	};
};

const wordStart = (letters: readonly string[], from: number): number => {
	let at = from;
	while (at > 0 && /\s/.test(letters[at - 1]!)) at--;
	while (at > 0 && !/\s/.test(letters[at - 1]!)) at--;
	return at;
};

const wordEnd = (letters: readonly string[], from: number): number => {
	let at = from;
	while (at < letters.length && /\s/.test(letters[at]!)) at++;
	while (at < letters.length && !/\s/.test(letters[at]!)) at++;
	return at;
};

const lineStart = (letters: readonly string[], from: number): number =>
	letters.lastIndexOf('\n', from - 1) + 1;

const lineEnd = (letters: readonly string[], from: number): number => {
	const end = letters.indexOf('\n', from);
	return end === -1 ? letters.length : end;
};

/** The text after a key, by the keys of a shell's line; undefined for a key that is none of them. */
export const edit = (editor: Editor, key: string): Editor | undefined => {
	const letters = graphemes(editor.text);
	const {cursor} = editor;
	const erase = (from: number, to: number): Editor =>
		make([...letters.slice(0, from), ...letters.slice(to)], from);
	switch (key) {
		case 'left':
		case 'ctrl+b':
			return make(letters, cursor - 1);
		case 'right':
		case 'ctrl+f':
			return make(letters, cursor + 1);
		case 'ctrl+left':
		case 'alt+left':
		case 'alt+b':
			return make(letters, wordStart(letters, cursor));
		case 'ctrl+right':
		case 'alt+right':
		case 'alt+f':
			return make(letters, wordEnd(letters, cursor));
		case 'home':
		case 'ctrl+a':
			return make(letters, lineStart(letters, cursor));
		case 'end':
		case 'ctrl+e':
			return make(letters, lineEnd(letters, cursor));
		case 'backspace':
			return erase(Math.max(0, cursor - 1), cursor);
		case 'delete':
		case 'ctrl+d':
			return erase(cursor, cursor + 1);
		case 'ctrl+w':
		case 'alt+backspace':
			return erase(wordStart(letters, cursor), cursor);
		case 'ctrl+u':
			return erase(lineStart(letters, cursor), cursor);
		case 'ctrl+k':
			return erase(cursor, lineEnd(letters, cursor));
		default:
			return /^(?:ctrl|alt|shift)\+|^(?:enter|esc|tab|up|down|pageup|pagedown)$/.test(key)
				? undefined
				: insert(editor, key);
	}
};
