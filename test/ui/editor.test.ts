import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {edit, editorOf, emptyEditor, insert, type Editor} from '../../source/ui/editor.ts';
import {editorLine, editorLines} from '../../source/ui/present/editor-lines.ts';
import {widthOf} from '../../source/ui/present/cells.ts';

const after = (editor: Editor, ...keys: string[]): Editor =>
	keys.reduce((now, key) => edit(now, key) ?? now, editor);
const shown = ({text, cursor}: Editor) => `${text.slice(0, cursor)}|${text.slice(cursor)}`;

describe('the editor', () => {
	test.each([
		[['left', 'left', 'X'], 'one tX|wo'],
		[['home', 'X'], 'X|one two'],
		[['ctrl+a', 'ctrl+k'], '|'],
		[['ctrl+w'], 'one |'],
		[['ctrl+u'], '|'],
		[['ctrl+left', 'X'], 'one X|two'],
		[['home', 'ctrl+right', 'X'], 'oneX| two'],
		[['backspace', 'backspace'], 'one t|'],
		[['home', 'delete', 'delete'], '|e two'],
		[['tab'], 'one two|'],
	])('%j', (keys, expected) => {
		expect(shown(after(editorOf('one two'), ...keys))).toBe(expected);
	});

	test('a letter of several code points is one', () => {
		const editor = after(editorOf('a👩‍💻b'), 'left', 'backspace');
		expect(editor).toEqual({text: 'ab', cursor: 1});
	});

	test('what is pasted keeps its lines where there are lines, and no control character anywhere', () => {
		const pasted = 'one\r\ntwo\u001B[31m\u0007\tthree';
		expect(insert(emptyEditor, pasted, {isMultiline: true}).text).toBe('one\ntwo[31m\tthree');
		expect(insert(emptyEditor, pasted).text).not.toMatch(/[\u0000-\u001F]/);
	});

	test('is drawn within its width, the cursor always in sight', () => {
		const anyEditor = fc
			.array(fc.constantFrom('a', 'bc ', '日', '\n', '👩‍💻'), {maxLength: 40})
			.chain(parts =>
				fc
					.nat(parts.length * 3)
					.map(cursor => ({...editorOf(parts.join('')), cursor}))
					.map(editor => after(editor, 'right', 'left')),
			);
		fc.assert(
			fc.property(anyEditor, fc.integer({min: 6, max: 30}), (editor, width) => {
				const line = editorLine(editor, width);
				expect(widthOf(line.map(([text]) => text).join(''))).toBeLessThanOrEqual(width);
				expect(line.filter(([, style]) => style?.inverse)).toHaveLength(1);
				const lines = editorLines(editor, width, 3);
				expect(lines.length).toBeLessThanOrEqual(3);
				expect(lines.flat().filter(([, style]) => style?.inverse)).toHaveLength(1);
				for (const one of lines) {
					expect(widthOf(one.map(([text]) => text).join(''))).toBeLessThanOrEqual(width);
				}
			}),
		);
	});
});
