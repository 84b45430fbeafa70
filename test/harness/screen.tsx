// The console drawn into a terminal emulator in this process: what a test sees is what a person sees.
import {EventEmitter} from 'node:events';
import {PassThrough} from 'node:stream';
import xterm from '@xterm/headless';
import {fakeHost, type FakeHost} from '../../fixtures/fleet/fake-host.ts';
import {startConsole} from '../../source/ui/start.tsx';

export type Screen = {
	host: FakeHost;
	terminal: InstanceType<typeof xterm.Terminal>;
	/** Resolves with the exit code. */
	ended: Promise<number>;
	/** Every byte that reached the terminal. */
	output(): string;
	/** Types, as a terminal sends it. */
	type(keys: string): void;
	text(): string;
	line(y: number): string;
	resize(columns: number, rows: number): void;
	/** Waits until the screen shows it; fails with the screen. */
	until(what: string | RegExp | ((text: string) => boolean), withinMs?: number): Promise<string>;
	isStyled(text: string, style: 'inverse' | 'bold' | 'dim'): boolean;
	colourOf(text: string): number;
	close(): Promise<void>;
};

export const key = {
	enter: '\r',
	escape: '\u001B',
	tab: '\t',
	shiftTab: '\u001B[Z',
	up: '\u001B[A',
	down: '\u001B[B',
	right: '\u001B[C',
	left: '\u001B[D',
	pageDown: '\u001B[6~',
	pageUp: '\u001B[5~',
	delete: '\u001B[3~',
	ctrl: (letter: string) => String.fromCharCode(letter.toUpperCase().charCodeAt(0) & 31),
};

const open = new Set<Screen>();

/** Ends every screen that a test left open. */
export const closeScreens = async (): Promise<void> => {
	await Promise.all([...open].map(async screen => screen.close()));
};

export const openScreen = ({
	columns = 120,
	rows = 30,
	isCompact = false,
	host = fakeHost(),
} = {}): Screen => {
	const terminal = new xterm.Terminal({cols: columns, rows, allowProposedApi: true});
	let output = '';
	const stdout = Object.assign(new EventEmitter(), {
		isTTY: true,
		columns,
		rows,
		writable: true,
		write(data: string | Uint8Array, done?: () => void) {
			const text = typeof data === 'string' ? data : Buffer.from(data).toString();
			output += text;
			// A terminal driver turns a line feed into a new line.
			terminal.write(text.replaceAll(/(?<!\r)\n/g, '\r\n'), done);
			return true;
		},
	});
	const stdin = Object.assign(new PassThrough(), {
		isTTY: true,
		isRaw: false,
		setRawMode(isRaw: boolean) {
			stdin.isRaw = isRaw;
			return stdin;
		},
		ref() {},
		unref() {},
	});
	const stop = new AbortController();
	const ended = startConsole({
		services: host.services,
		isCompact,
		stdin: stdin as unknown as NodeJS.ReadStream,
		stdout: stdout as unknown as NodeJS.WriteStream,
		signal: stop.signal,
	});

	const line = (y: number): string => {
		const {active} = terminal.buffer;
		return active.getLine(active.baseY + y)?.translateToString(true) ?? '';
	};

	const text = (): string =>
		Array.from({length: terminal.rows}, (_, y) => line(y))
			.join('\n')
			.trimEnd();

	const cellOf = (wanted: string) => {
		for (let y = 0; y < terminal.rows; y++) {
			const row = terminal.buffer.active.getLine(terminal.buffer.active.baseY + y)!;
			const x = row.translateToString(false).indexOf(wanted);
			if (x !== -1) return row.getCell(x)!;
		}

		throw new Error(`“${wanted}” is not on the screen:\n${text()}`);
	};

	const screen: Screen = {
		host,
		terminal,
		ended,
		output: () => output,
		type: keys => void stdin.write(keys),
		text,
		line,
		resize(nextColumns, nextRows) {
			stdout.columns = nextColumns;
			stdout.rows = nextRows;
			terminal.resize(nextColumns, nextRows);
			stdout.emit('resize');
		},
		async until(what, withinMs = 5000) {
			const isThere = (shown: string): boolean =>
				typeof what === 'string'
					? shown.includes(what)
					: typeof what === 'function'
						? what(shown)
						: what.test(shown);
			const deadline = Date.now() + withinMs;
			for (;;) {
				const shown = text();
				if (isThere(shown)) return shown;
				if (Date.now() > deadline) {
					throw new Error(`not shown within ${withinMs} ms: ${String(what)}\n${shown}`);
				}

				await new Promise(resolve => setTimeout(resolve, 5));
			}
		},
		isStyled(wanted, style) {
			const cell = cellOf(wanted);
			const flag = {
				inverse: () => cell.isInverse(),
				bold: () => cell.isBold(),
				dim: () => cell.isDim(),
			}[style]();
			return flag !== 0;
		},
		colourOf: wanted => {
			const cell = cellOf(wanted);
			return cell.isFgDefault() ? -1 : cell.getFgColor();
		},
		async close() {
			open.delete(screen);
			stop.abort();
			await ended;
		},
	};
	open.add(screen);
	return screen;
};
