// A terminal joined to a program that is far away, with time that the test moves.
import xterm from '@xterm/headless';
import {vi} from 'vitest';
import type {UiConfig} from '../../../../source/config/config.ts';
import {localEcho} from '../../../../source/ui/terminal/local-echo/local-echo.ts';

type Emulator = InstanceType<typeof xterm.Terminal>;

/** What the program writes for a key, at once; null for nothing. */
export type Program = (key: string) => string | null;

/** A shell's line: letters are echoed, one can be taken back, Enter brings the next prompt. */
export const shell: Program = key => {
	if (key === '\r') return '\r\n$ ';
	return key === '\u007F' ? '\b \b' : key;
};

export const openEmulator = (size: {cols: number; rows: number}): Emulator =>
	new xterm.Terminal({...size, scrollback: 0, allowProposedApi: true, logLevel: 'off'});

/** Written at once: nothing waits for a timer. */
export const feed = (emulator: Emulator, bytes: string | Uint8Array): void => {
	emulator.input('', true);
	emulator.write(bytes);
};

export const linesOf = (emulator: Emulator): string[] =>
	Array.from(
		{length: emulator.rows},
		(_, y) => emulator.buffer.active.getLine(y)?.translateToString(true).trimEnd() ?? '',
	);

/** Needs `vi.useFakeTimers()`. */
export const farProgram = ({
	program = shell,
	roundTripMs = 100,
	setting = 'always',
	size = {cols: 40, rows: 6},
}: {
	program?: Program;
	roundTripMs?: number;
	setting?: UiConfig['localEcho'];
	size?: {cols: number; rows: number};
} = {}) => {
	const emulator = openEmulator(size);
	const written: string[] = [];
	let isCut = false;
	const after = (ms: number, act: () => void) =>
		void setTimeout(() => {
			if (!isCut) act();
		}, ms);
	const echo = localEcho({
		session: {probe: onTaken => after(roundTripMs, onTaken)},
		stdout: {
			write(bytes: string | Uint8Array) {
				written.push(Buffer.from(bytes).toString());
				feed(emulator, bytes);
				return true;
			},
		} as NodeJS.WriteStream,
		setting,
		size,
	});
	return {
		echo,
		emulator,
		written,
		/** Each letter by itself, as a person types. */
		type(text: string) {
			for (const key of text) {
				echo.typed(Buffer.from(key).toString('latin1'));
				after(roundTripMs, () => {
					const output = program(key);
					if (output !== null) echo.output(Buffer.from(output));
				});
			}
		},
		/** Something that the program writes by itself, as it arrives. */
		print: (text: string) => void echo.output(Buffer.from(text)),
		pass: (ms: number) => void vi.advanceTimersByTime(ms),
		/** Nothing comes from the host any more. */
		cut() {
			isCut = true;
		},
		lines: () => linesOf(emulator),
		/** The last that is not empty. */
		line: () => linesOf(emulator).findLast(line => line !== '') ?? '',
		cursor: () => [emulator.buffer.active.cursorX, emulator.buffer.active.cursorY],
		isUnderlined: (x: number, y = 0) =>
			emulator.buffer.active.getLine(y)!.getCell(x)!.isUnderline() !== 0,
	};
};
