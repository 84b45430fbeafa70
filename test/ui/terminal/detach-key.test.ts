import {describe, expect, test} from 'vitest';
import {detachKeyOf} from '../../../source/ui/terminal/detach-key.ts';

describe('the detach key', () => {
	const key = detachKeyOf('ctrl-\\');

	test.each([
		['as a control byte', 'ab\u001Ccd', 2],
		['by the kitty keyboard protocol', 'ab\u001B[92;5u', 2],
		['with its event type', '\u001B[92;5:1u', 0],
		['with alternate keys', '\u001B[92:124:92;5u', 0],
		['with its text', '\u001B[92;5:1;28u', 0],
		['with caps lock on', '\u001B[92;69u', 0],
		['with num lock and caps lock on', '\u001B[92;197u', 0],
		["by xterm's modifyOtherKeys", 'x\u001B[27;5;92~', 1],
		['the first of several', '\u001B[92;5u\u001C', 0],
	])('is found %s', (_, typed, index) => {
		expect(key.indexIn(typed)).toBe(index);
	});

	test.each([
		['its release', '\u001B[92;5:3u'],
		['the letter alone', '\\'],
		['with shift too', '\u001B[92;6u'],
		['with alt instead', '\u001B[92;3u'],
		['another key', '\u001B[93;5u'],
		['a sequence that only holds the number', '\u001B[192;5u'],
	])('is not %s', (_, typed) => {
		expect(key.indexIn(typed)).toBe(-1);
	});

	test('may be cut in two by a slow link, and what cannot become it does not wait', () => {
		expect(key.pendingIn('ab\u001B[92;')).toBe(5);
		expect(key.pendingIn('ab\u001B[9')).toBe(3);
		expect(key.pendingIn('\u001B[27;5')).toBe(6);
		expect(key.pendingIn('ab\u001B')).toBe(0);
		expect(key.pendingIn('\u001B[1;5')).toBe(0);
		expect(key.pendingIn('ab')).toBe(0);
	});

	test('is what was configured', () => {
		expect(detachKeyOf('ctrl-a').indexIn('x\u0001')).toBe(1);
		expect(detachKeyOf('ctrl-a').indexIn('\u001B[97;5u')).toBe(0);
		expect(detachKeyOf('ctrl-]').label).toBe('Ctrl-]');
		expect(detachKeyOf('no key at all').label).toBe('Ctrl-\\');
	});
});
