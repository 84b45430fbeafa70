import {expect, test} from 'vitest';
import {createHostScreen} from '../../../../source/ui/terminal/local-echo/host-screen.ts';

const drawn = (text: string) => {
	const screen = createHostScreen({cols: 20, rows: 4});
	screen.pass(Buffer.from(text));
	return screen;
};

test('what was drawn is there at once, with its look', () => {
	const screen = drawn(
		'\u001B[1;31ma\u001B[0;38;5;9;48;2;1;2;3mb\u001B[0;7mc\u001B[0;4md\u001B[0m日',
	);
	const looks = [0, 1, 2, 3, 4].map(x => {
		const {text, look, isInverse, isPlain} = screen.cell({x, y: 0});
		return [text, look, isInverse, isPlain];
	});
	expect(looks).toEqual([
		['a', '0;1;31', false, true],
		['b', '0;38;5;9;48;2;1;2;3', false, true],
		['c', '0', true, true],
		['d', '0', false, false],
		['日', '0', false, false],
	]);
	expect(screen.cursor).toEqual({x: 6, y: 0});
	expect(screen.cell({x: 9, y: 2})).toMatchObject({text: ' ', isErased: true});
});

test('the cursor is where the next letter goes, or nowhere', () => {
	expect(drawn('ab\u001B[?25l').cursor).toBeUndefined();
	expect(drawn('ab\u001B[?25l\u001B[?25h').cursor).toEqual({x: 2, y: 0});
	expect(drawn('ab\u001B[?25l\u001B[7m \b').cursor).toEqual({x: 2, y: 0});
	expect(drawn('ab\u001B[?25l\u001B[7m \b').isCursorDrawn).toBe(true);
	expect(drawn('ab\u001B[?2026h').cursor).toBeUndefined();
	expect(drawn('ab\u001B[4h').cursor).toBeUndefined();
	expect(drawn('ab\u001B[?6h').cursor).toBeUndefined();
});

test('a host that means harm does not keep it busy', () => {
	const finals = [...'@ILMPSTXZb^', ' @', ' A', "'}", "'~"];
	const screen = drawn(finals.map(final => `a\u001B[2147483647${final}`).join(''));
	screen.pass(Buffer.from('\u001B[2J\u001B[Hhere'));
	expect(screen.cell({x: 0, y: 0}).text).toBe('h');
	expect(screen.cursor).toEqual({x: 4, y: 0});
});
