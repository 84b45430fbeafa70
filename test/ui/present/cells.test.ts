import fc from 'fast-check';
import stripAnsi from 'strip-ansi';
import {describe, expect, test} from 'vitest';
import {
	cut,
	cutStart,
	cutColoured,
	fit,
	fitRight,
	widthOf,
	wrap,
	wrapAtMost,
} from '../../../source/ui/present/cells.ts';

const anyText = fc
	.array(fc.constantFrom('a', 'word', ' ', 'é', 'ü', '日', '本', '👩‍💻', '🇩🇪', 'e\u0301', '…'), {
		maxLength: 30,
	})
	.map(parts => parts.join(''));
const anyWidth = fc.integer({min: 1, max: 40});

describe('cells', () => {
	test('a cut text fits, and says that it was cut', () => {
		fc.assert(
			fc.property(anyText, anyWidth, (text, width) => {
				const short = cut(text, width);
				expect(widthOf(short)).toBeLessThanOrEqual(width);
				if (widthOf(text) <= width) expect(short).toBe(text);
				else expect(short.endsWith('…')).toBe(true);
			}),
		);
	});

	test('a fitted text is exactly as wide as its cell', () => {
		fc.assert(
			fc.property(anyText, anyWidth, (text, width) => {
				expect(widthOf(fit(text, width))).toBe(width);
				expect(widthOf(cutStart(text, width))).toBeLessThanOrEqual(width);
				expect(widthOf(fitRight(text, width))).toBe(width);
			}),
		);
	});

	test('wrapped lines fit, and nothing but white space is lost', () => {
		const visible = (text: string) => text.replace(/\s/g, '');
		fc.assert(
			fc.property(anyText, fc.integer({min: 2, max: 40}), (text, width) => {
				const lines = wrap(text, width);
				for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width);
				expect(visible(lines.join(''))).toBe(visible(text));
			}),
		);
	});

	test('words are not broken where they need not be', () => {
		expect(wrap('one two three four', 9)).toEqual(['one two', 'three', 'four']);
		expect(wrap('a\nb', 9)).toEqual(['a', 'b']);
	});

	test('of too many lines the last that is shown says so, once', () => {
		expect(wrapAtMost('one two three', 5, 2)).toEqual(['one', 'two…']);
		expect(wrapAtMost('one seven three', 5, 2)).toEqual(['one', 'seve…']);
		expect(wrapAtMost('one two', 5, 2)).toEqual(['one', 'two']);
	});

	test('a coloured line is cut by cells, and its colours end with it', () => {
		const line = '\u001B[31mred\u001B[0m and \u001B[1;44m日本語 bold';
		for (let width = 1; width < 30; width++) {
			const short = cutColoured(line, width, true);
			const plain = stripAnsi(short);
			expect(widthOf(plain)).toBeLessThanOrEqual(width);
			if (width < 16) expect(plain.endsWith('…')).toBe(true);
			expect(short.replace(/…$/, '').endsWith('\u001B[0m')).toBe(true);
		}
	});

	test('without colour, nothing of a line’s colours is left', () => {
		expect(cutColoured('\u001B[31mred\u001B[0m \u001B[38:5:208mx', 20, false)).toBe('red x');
	});

	test('what a terminal would obey is gone', () => {
		const evil = 'a\u001B]0;title\u0007b\u001B[2Jc\u001B[31md\u001BPdcs\u001B\\e\u0008f\u009B5mg';
		expect(stripAnsi(cutColoured(evil, 40, true))).toBe('abcdefg');
	});
});
