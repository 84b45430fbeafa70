import stringWidth from 'string-width';
import {expect, test} from 'vitest';
import {GraphemeSegmenter, isPlain} from '../../../source/ui/present/plain-letters.ts';

const characters = Array.from({length: 0x10000}, (_, code) => String.fromCharCode(code));
const plain = characters.filter(character => isPlain(character));
const real = new Intl.Segmenter(undefined, {granularity: 'grapheme'});

test('what is plain is one cell and one letter, whatever stands beside it', () => {
	expect(plain.length).toBeGreaterThan(800);
	expect(plain.filter(character => stringWidth(character) !== 1)).toEqual([]);
	// Each after each other one of a kind: no two of them ever join.
	const shifted = [...plain.slice(317), ...plain.slice(0, 317)];
	const text = plain.map((character, index) => character + shifted[index]).join('');
	expect([...real.segment(text)]).toHaveLength(text.length);
	expect(stringWidth(text)).toBe(text.length);
});

test.each([
	'',
	'plain',
	'◆ blocked ─ 12 s…',
	'\u001B[31mred\u001B[0m\t',
	'a\r\nb',
	'e\u0301',
	'日本',
	'👩‍👩‍👧 🇩🇪',
	'\u200D',
	'ก็',
])('%j is cut into letters as Intl.Segmenter does', text => {
	const ours = [...new GraphemeSegmenter().segment(text)];
	const picked = ours.map(({segment, index, input}) => ({segment, index, input}));
	expect(picked).toEqual(
		[...real.segment(text)].map(({segment, index, input}) => ({segment, index, input})),
	);
});
