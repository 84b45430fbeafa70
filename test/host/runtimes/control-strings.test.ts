import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {ControlStrings} from '../../../source/host/runtimes/control-strings.ts';

const scan = (...pieces: string[]) => {
	const strings = new ControlStrings();
	return pieces.flatMap(piece => strings.feed(Buffer.from(piece).toString('latin1')));
};

const osc = (payload: string) => ({kind: 'osc', payload});

describe('control strings', () => {
	it('are found by their end, BEL or ST', () => {
		expect(scan('a\x1b]7501;state=idle\x1b\\b\x1b]9;hi\x07c')).toEqual([
			osc('7501;state=idle'),
			osc('9;hi'),
		]);
	});

	it('are hyperlinks with the text that leads there, without its colours', () => {
		const link = (uri: string, text: string) => ({kind: 'link', uri, text});
		expect(
			scan(
				'a \x1b]8;id=1;https://example.com/ü\x1b\\\x1b[1;34mthe \x1b[0mdöcs\x1b]8;;\x07 b ',
				'\x1b]8;;https://one.example/\x07one\x1b]8;;https://two.example/\x07two\x1b]8;;\x07',
				'\x1b]8;;https://empty.example/\x07\x1b]8;;\x07\x1b]8;;\x07',
			),
		).toEqual([
			link('https://example.com/ü', 'the döcs'),
			link('https://one.example/', 'one'),
			link('https://two.example/', 'two'),
		]);
	});

	it('are the same however the output is cut', () => {
		const text =
			'y\x1b]8;;https://l.example/\x07lï\x1b[4mnk\x1b]8;;\x07x\x1b]7501;state=blocked:msg=ü\x1b\\\x07\x1b]0;tïtle\x07\x1bPq\x07;\x1b\\\x1b[31mz\x1b]9;4;1;5\x07';
		const whole = scan(text);
		expect(whole).toEqual([
			{kind: 'link', uri: 'https://l.example/', text: 'lïnk'},
			osc('7501;state=blocked:msg=ü'),
			{kind: 'bell'},
			{kind: 'title', title: 'tïtle'},
			osc('9;4;1;5'),
		]);
		const bytes = Buffer.from(text).toString('latin1');
		fc.assert(
			fc.property(fc.array(fc.nat(bytes.length), {maxLength: 8}), cuts => {
				const strings = new ControlStrings();
				const at = [0, ...cuts.sort((a, b) => a - b), bytes.length];
				const found = at
					.slice(1)
					.flatMap((end, index) => strings.feed(bytes.slice(at[index], end)));
				expect(found).toEqual(whole);
			}),
		);
	});

	it('are passed over when they are too long, given up, or of no interest', () => {
		expect(scan(`\x1b]8;${'x'.repeat(5000)}\x07`)).toEqual([]);
		expect(scan(`\x1b]9;${'x'.repeat(5000)}\x07`)).toEqual([{kind: 'overlong'}]);
		expect(scan('\x1b]9;half\x18 \x1b]9;whole\x07')).toEqual([osc('9;whole')]);
		expect(scan('\x1b]9;half\x1b[0m\x1b]9;whole\x07')).toEqual([osc('9;whole')]);
		expect(scan('\x1b]52;c;eA==\x07\x1b]8;;http://x\x07\x1b]10;?\x07')).toEqual([]);
	});

	it('are found inside the passthrough that programs use in tmux', () => {
		expect(scan('\x1bPtmux;\x1b\x1b]777;notify;a;b\x07\x1b\\')).toEqual([osc('777;notify;a;b')]);
	});

	it('hide no bell, and are none themselves', () => {
		expect(scan('\x1b]9;a\x07')).toEqual([osc('9;a')]);
		expect(scan('\x07\x07\x07')).toEqual([{kind: 'bell'}]);
	});
});
