import xterm from '@xterm/headless';
import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest';
import {farProgram, shell, type Program} from './far-program.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A prompt at which one letter has been echoed: what follows is foretold. */
const atPrompt = (options: Parameters<typeof farProgram>[0] = {}) => {
	const far = farProgram(options);
	far.print('$ ');
	far.type('l');
	far.pass(200);
	return far;
};

describe('letters that a far host has not echoed yet', () => {
	test('appear as they are typed once one was echoed', () => {
		const far = farProgram();
		far.print('$ ');
		far.type('l');
		expect(far.line()).toBe('$');
		far.pass(100);
		expect(far.line()).toBe('$ l');
		far.type('s -l');
		expect(far.line()).toBe('$ ls -l');
		expect(far.cursor()).toEqual([7, 0]);
		far.pass(100);
		expect(far.line()).toBe('$ ls -l');
		far.pass(1000);
		expect(far.line()).toBe('$ ls -l');
		expect(far.cursor()).toEqual([7, 0]);
	});

	test('appear too when the first are typed while its echo is on its way', () => {
		const far = farProgram();
		far.print('$ ');
		for (const letter of 'echo hello') {
			far.type(letter);
			far.pass(20);
		}

		// 200 ms after the first: 100 ago it was echoed.
		expect(far.line()).toBe('$ echo hello');
	});

	test('are taken back as they were typed, and no prompt is', () => {
		const far = atPrompt();
		far.type('sx\u007F');
		expect(far.line()).toBe('$ ls');
		expect(far.cursor()).toEqual([4, 0]);
		far.type('\u007F\u007F\u007F\u007F');
		expect(far.line()).toBe('$');
		expect(far.cursor()).toEqual([2, 0]);
		far.type('x');
		expect(far.line()).toBe('$');
	});

	test('stay until Enter is done, after which nothing is shown before its echo', () => {
		const far = atPrompt();
		far.type('s\rx');
		expect(far.lines().slice(0, 2)).toEqual(['$ ls', '']);
		far.pass(100);
		expect(far.lines().slice(0, 2)).toEqual(['$ ls', '$ x']);
	});

	test('stay when one follows that cannot be foretold, at the end of a line', () => {
		const far = farProgram({size: {cols: 10, rows: 3}});
		far.print('$ ');
		far.type('l');
		far.pass(200);
		far.type('onglin');
		expect(far.lines()[0]).toBe('$ longlin');
		far.type('e');
		expect(far.lines()[0]).toBe('$ longlin');
		far.type('s');
		expect(far.lines()).toEqual(['$ longlin', '', '']);
		far.pass(200);
		expect(far.lines()).toEqual(['$ longline', 's', '']);
	});

	test('are shown again soon after Enter, by somebody who types on', () => {
		const far = atPrompt();
		far.type('\r');
		for (const letter of 'git status') {
			far.pass(50);
			far.type(letter);
		}

		expect(far.lines().slice(0, 2)).toEqual(['$ l', '$ git status']);
	});

	test('never show a password', () => {
		let isSecret = false;
		const program: Program = key => {
			if (key === '\r') {
				isSecret = !isSecret;
				return isSecret ? '\r\nPassword: ' : '\r\n$ ';
			}

			return isSecret ? null : shell(key);
		};
		const far = atPrompt({program});
		far.type('\r');
		far.pass(300);
		for (const letter of 'secret') {
			far.type(letter);
			far.pass(60);
		}

		far.pass(1000);
		far.type('\r');
		far.pass(1000);
		expect(far.written.join('')).not.toMatch(/s[^]*e[^]*c[^]*r[^]*e[^]*t/);
		expect(far.lines().slice(1, 3)).toEqual(['Password:', '$']);
	});

	test('go when the program draws none of them', () => {
		let isEchoing = true;
		const far = atPrompt({program: key => (isEchoing ? shell(key) : null)});
		isEchoing = false;
		far.type('xyz');
		expect(far.line()).toBe('$ lxyz');
		far.pass(400);
		expect(far.line()).toBe('$ l');
		expect(far.cursor()).toEqual([3, 0]);
		far.type('w');
		far.pass(50);
		expect(far.line()).toBe('$ l');
	});

	test('give way to what the program draws instead', () => {
		const far = atPrompt({program: key => (key === 'l' ? key : '\r\u001B[Kno: ')});
		far.type('s');
		expect(far.line()).toBe('$ ls');
		far.pass(100);
		expect(far.line()).toBe('no:');
		far.pass(1000);
		expect(far.line()).toBe('no:');
		expect(far.cursor()).toEqual([4, 0]);
	});

	test('are underlined when the host should have taken them long ago', () => {
		const far = atPrompt();
		far.cut();
		far.type('s');
		far.pass(150);
		expect(far.isUnderlined(3)).toBe(false);
		far.pass(300);
		expect(far.isUnderlined(3)).toBe(true);
		expect(far.isUnderlined(2)).toBe(false);
		far.echo.close();
		expect(far.line()).toBe('$ l');
	});

	test('look like what stands before them', () => {
		const far = farProgram({program: key => `\u001B[1;31m${key}\u001B[0m`});
		far.print('$ ');
		far.type('l');
		far.pass(200);
		far.type('s');
		const cell = far.emulator.buffer.active.getLine(0)!.getCell(3)!;
		expect([cell.getChars(), cell.isBold() !== 0, cell.getFgColor()]).toEqual(['s', true, 1]);
	});

	test('move the cursor of a program that draws its own', () => {
		// As Claude Code and Gemini do: the terminal's is hidden there.
		let text = '';
		const program: Program = key => {
			text = key === '\u007F' ? text.slice(0, -1) : text + key;
			return `\r> ${text}\u001B[7m \u001B[27m\u001B[K\u001B[${text.length + 3}G`;
		};
		const far = farProgram({program});
		far.print('\u001B[?25l> \u001B[7m \u001B[27m\u001B[3G');
		const inverse = () =>
			Array.from({length: 10}, (_, x) => far.emulator.buffer.active.getLine(0)!.getCell(x)!)
				.map(cell => (cell.isInverse() ? '#' : cell.getChars() || ' '))
				.join('')
				.trimEnd();
		far.type('h');
		far.pass(200);
		expect(inverse()).toBe('> h#');
		far.type('ey you');
		expect(inverse()).toBe('> hey you#');
		far.type('\u007F\u007F');
		expect(inverse()).toBe('> hey y#');
		far.pass(500);
		expect(inverse()).toBe('> hey y#');
		far.type('es');
		far.cut();
		far.echo.close();
		expect(inverse()).toBe('> hey y#');
	});

	test('stay where the agent draws elsewhere meanwhile', () => {
		const far = atPrompt();
		far.type('s');
		far.print('\u001B7\u001B[5;1Hworking…\u001B8');
		expect(far.lines()[0]).toBe('$ ls');
		expect(far.lines()[4]).toBe('working…');
		far.pass(100);
		expect(far.lines()[0]).toBe('$ ls');
	});

	test('wait where the screen has moved', () => {
		const far = atPrompt();
		far.type('s');
		far.print('\r\u001B[Kout\r\n$ l');
		expect(far.lines().slice(0, 2)).toEqual(['out', '$ l']);
		far.pass(100);
		expect(far.lines().slice(0, 2)).toEqual(['out', '$ ls']);
	});

	test.each([
		['behind the last column', '$ '.padEnd(38, '.')],
		['within a line', '$ foo\u001B[3D'],
		['where there is no cursor', '\u001B[?25l$ '],
		['in the midst of a frame', '\u001B[?2026h$ '],
	])('are not foretold %s', (_, before) => {
		const far = farProgram();
		far.print(before);
		far.type('a');
		far.pass(200);
		const shown = far.lines();
		far.type('bc');
		expect(far.lines()).toEqual(shown);
	});

	test('are not foretold of what is pasted, or wider than a column', () => {
		const far = atPrompt();
		far.echo.typed('a line that somebody has pasted');
		expect(far.line()).toBe('$ l');
		const other = atPrompt();
		other.type('日');
		expect(other.line()).toBe('$ l');
		other.type('é');
		expect(other.line()).toBe('$ l');
	});

	test('are foretold beyond ASCII', () => {
		const far = atPrompt();
		far.type('éß');
		expect(far.line()).toBe('$ léß');
	});

	test('never break a sequence that came in two pieces', () => {
		const far = atPrompt();
		far.type('s');
		far.print('\u001B[3');
		expect(far.line()).toBe('$ l');
		far.print('1m');
		expect(far.line()).toBe('$ ls');
		far.pass(100);
		expect(far.emulator.buffer.active.getLine(0)!.getCell(3)!.getFgColor()).toBe(1);
	});

	test('come from the host alone where the emulator fails', () => {
		const far = atPrompt();
		far.type('s');
		vi.spyOn(xterm.Terminal.prototype, 'write').mockImplementationOnce(() => {
			throw new Error('a fault of its own');
		});
		far.print('!');
		expect(far.line()).toBe('$ l!');
		far.type('x');
		far.pass(300);
		expect(far.line()).toBe('$ l!sx');
	});

	test('go with another size', () => {
		const far = atPrompt();
		far.type('s');
		far.echo.resized({cols: 30, rows: 6});
		expect(far.line()).toBe('$ l');
	});
});

describe('whether letters are foretold', () => {
	test.each([
		['auto', 100, true],
		['auto', 10, false],
		['always', 10, true],
		['never', 100, false],
	] as const)('%s, at %i ms: %s', (setting, roundTripMs, isForetold) => {
		const far = atPrompt({setting, roundTripMs});
		far.pass(300);
		far.type('s');
		far.pass(500);
		far.type('x');
		expect(far.line()).toBe(isForetold ? '$ lsx' : '$ ls');
		far.pass(roundTripMs);
		expect(far.line()).toBe('$ lsx');
	});

	test('is not decided while more comes than can be kept', () => {
		const far = farProgram({setting: 'auto'});
		for (let count = 0; count < 20; count++) far.print(`${'x'.repeat(65_536)}\r`);
		far.print('\r\n$ ');
		far.pass(200);
		far.type('l');
		far.pass(200);
		far.type('s');
		expect(far.line()).toBe('$ l');
	});
});
