import fc from 'fast-check';
import {expect, test} from 'vitest';
import {colouredLine, plainText} from '../../source/protocol/text.ts';

const control = /[\u0000-\u001F\u007F-\u009F]/;

test.each([
	['\u001B[31mred\u001B[0m', 'red'],
	['a\tb\r\nc', 'a b c'],
	['\u001B]0;title\u0007name', 'name'],
	['\u001B]52;c;c2VjcmV0\u001B\\name', 'name'],
	['\u001BPq#0\u001B\\x', 'x'],
	['\u009B2Jx', 'x'],
	['abc\u202Etxt.exe', 'abctxt.exe'],
	['zero\u200Bwidth', 'zerowidth'],
	['müßig 漢字 👩‍💻', 'müßig 漢字 👩‍💻'],
])('%j reads as %j', (raw, plain) => {
	expect(plainText(raw)).toBe(plain);
});

test('plain text holds no control character and is bounded', () => {
	fc.assert(
		fc.property(
			fc.string({unit: 'binary', maxLength: 400}),
			fc.integer({min: 1, max: 80}),
			(text, limit) => {
				const plain = plainText(text, limit);
				expect(plain).not.toMatch(control);
				expect(plain.length).toBeLessThanOrEqual(limit);
				expect(plain.isWellFormed()).toBe(true);
			},
		),
	);
});

test('a coloured line keeps its colours and nothing else that a terminal obeys', () => {
	expect(colouredLine('\u001B[1;31mred\u001B[0m')).toBe('\u001B[1;31mred\u001B[0m');
	expect(colouredLine('\u001B[2J\u001B[31mred\u001B[10;10H!\u0007')).toBe('\u001B[31mred!');
	expect(colouredLine('\u001B]8;;http://x\u0007link\u001B]8;;\u0007')).toBe('link');
	fc.assert(
		fc.property(fc.string({unit: 'binary'}), text => {
			expect(colouredLine(text).replace(/\u001B\[[0-9;:]*m/g, '')).not.toMatch(control);
		}),
	);
});
