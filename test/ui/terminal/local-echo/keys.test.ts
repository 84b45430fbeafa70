import {expect, test} from 'vitest';
import {keysOf} from '../../../../source/ui/terminal/local-echo/keys.ts';

const typed = (text: string) => keysOf(Buffer.from(text).toString('latin1'));
const other = {kind: 'other'};

test('letters, what takes one back, and what cannot be foretold', () => {
	expect(typed('a é')).toEqual(['a', ' ', 'é'].map(text => ({kind: 'letter', text})));
	expect(typed('\u007F')).toEqual([{kind: 'erase'}]);
	expect(typed('a\r')).toEqual([{kind: 'letter', text: 'a'}, other]);
	expect(typed('日')).toEqual([other]);
	expect(typed('e\u0301')).toEqual([{kind: 'letter', text: 'e'}, other]);
	expect(typed('\u001B[A')).toEqual([other]);
	expect(typed('\u001B[<0;5;5M')).toEqual([other]);
	expect(typed('\u001B[200~pasted\u001B[201~')).toEqual([other]);
	expect(typed('more than a person types at once')).toEqual([other]);
	expect(keysOf('\u00C3')).toEqual([other]);
});

test('what the terminal says by itself is no key', () => {
	for (const report of ['\u001B[I', '\u001B[O', '\u001B[?62;22c', '\u001B[>84;0;0c']) {
		expect(typed(report)).toEqual([]);
	}

	expect(typed('\u001B[>84;0;0c\u001BP>|tmux 3.3a\u001B\\')).toEqual([]);
	expect(typed('\u001B]11;rgb:0000/0000/0000\u0007')).toEqual([]);
	expect(typed('\u001B[Ix')).toEqual([{kind: 'letter', text: 'x'}]);
});
