import fc from 'fast-check';
import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {farProgram, feed, openEmulator, shell} from './far-program.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

type Emulator = ReturnType<typeof openEmulator>;

/** All that a terminal shows and is about to show. */
const stateOf = (emulator: Emulator): unknown => {
	// The look of what would be written next.
	feed(emulator, '~');
	const {active} = emulator.buffer;
	const cells = Array.from({length: emulator.rows}, (_, y) =>
		Array.from({length: emulator.cols}, (_, x) => {
			const cell = active.getLine(y)!.getCell(x)!;
			const colours = [
				cell.getFgColorMode(),
				cell.getFgColor(),
				cell.getBgColorMode(),
				cell.getBgColor(),
			];
			const looks = [
				...[cell.isBold(), cell.isDim(), cell.isItalic(), cell.isUnderline(), cell.isBlink()],
				...[cell.isInverse(), cell.isInvisible(), cell.isStrikethrough(), cell.isOverline()],
			];
			// Some are numbers that say more than a terminal keeps.
			return [cell.getChars(), cell.getWidth(), ...colours, ...looks.map(Boolean)].join(' ');
		}),
	);
	return {cells, cursor: [active.cursorX, active.cursorY], modes: {...emulator.modes}};
};

/** No `b`, which would end a sequence cut in two as one that repeats the last letter (REP): tmux sends none. */
const output = fc.oneof(
	fc.stringMatching(/^[ac 日é]{1,12}$/),
	fc.constantFrom('\r\n$ ', '\r', '\n', '\b', '\u001B[K', '\u001B[2J', '\u001B[H', '\u001B[3;5H'),
	fc.constantFrom(
		'\u001B[1m',
		'\u001B[4m',
		'\u001B[7m',
		'\u001B[31m',
		'\u001B[48;5;20m',
		'\u001B[0m',
	),
	fc.constantFrom(
		'\u001B[38;2;1;2;3m',
		'\u001B[2;4r',
		'\u001B[?6h',
		'\u001B[?6l',
		'\u001B[4h',
		'\u001B[4l',
	),
	fc.constantFrom(
		'\u001B[?25l',
		'\u001B[?25h',
		'\u001B[?2026h',
		'\u001B[?2026l',
		'\u001B[P',
		'\u001B[@',
	),
	// Cut in two, as it may arrive.
	fc.constantFrom(
		'\u001B',
		'[',
		'3',
		'1m',
		'\u001B[3',
		'\u001B]0;tit',
		'le\u0007',
		'\u001B[?7l',
		'\u001B[?7h',
	),
);

const step = fc.oneof(
	{
		weight: 6,
		arbitrary: fc.record({
			kind: fc.constant('type' as const),
			text: fc.stringMatching(/^[ac x\u007F\r]{1,4}$/),
		}),
	},
	{weight: 2, arbitrary: fc.record({kind: fc.constant('print' as const), text: output})},
	{
		weight: 3,
		arbitrary: fc.record({kind: fc.constant('pass' as const), ms: fc.integer({min: 1, max: 250})}),
	},
);

const history = fc.record({
	steps: fc.array(step, {maxLength: 40}),
	// What the program does with each key in turn: echo it, draw something else, or nothing.
	echoes: fc.infiniteStream(
		fc.oneof({weight: 8, arbitrary: fc.constant(true)}, fc.constant(false), output),
	),
});

test('whatever is typed and whatever the host draws, what is left is what the host drew', () => {
	let shown = 0;
	fc.assert(
		fc.property(history, ({steps, echoes}) => {
			const size = {cols: 20, rows: 6};
			const plain = openEmulator(size);
			const far = farProgram({
				size,
				program(key) {
					const echo = echoes.next().value!;
					return echo === true ? shell(key) : echo === false ? null : echo;
				},
			});
			const {output: pass} = far.echo;
			far.echo.output = bytes => {
				feed(plain, bytes);
				return pass(bytes);
			};

			far.print('$ ');
			for (const one of steps) {
				if (one.kind === 'type') far.type(one.text);
				else if (one.kind === 'print') far.print(one.text);
				else far.pass(one.ms);
			}

			if (far.written.some(text => text.includes('\u001B7'))) shown++;
			far.echo.close();
			expect(stateOf(far.emulator)).toEqual(stateOf(plain));
		}),
		{numRuns: 2000},
	);
	// In many, letters were shown that the host had not drawn.
	expect(shown).toBeGreaterThan(100);
});
