// A person's terminal: an emulator that shows what is written to it, and keys that can be typed.
import {EventEmitter} from 'node:events';
import {PassThrough} from 'node:stream';
import xterm from '@xterm/headless';

export type FakeTerminal = {
	stdin: NodeJS.ReadStream;
	stdout: NodeJS.WriteStream;
	emulator: InstanceType<typeof xterm.Terminal>;
	isRaw(): boolean;
	/** Every byte that was written to it. */
	output(): string;
	type(keys: string): void;
	resize(columns: number, rows: number): void;
	/** As if the terminal took no more for now; `drain` ends it. */
	stall(): void;
	drain(): void;
	text(): string;
	line(y: number): string;
	/** Waits until the screen shows it; fails with the screen. */
	until(what: string | RegExp | ((text: string) => boolean), withinMs?: number): Promise<string>;
};

export const fakeTerminal = ({columns = 80, rows = 24} = {}): FakeTerminal => {
	const emulator = new xterm.Terminal({cols: columns, rows, allowProposedApi: true});
	let output = '';
	let isStalled = false;
	const stdout = Object.assign(new EventEmitter(), {
		isTTY: true,
		columns,
		rows,
		writable: true,
		write(data: string | Uint8Array, done?: () => void) {
			const text = typeof data === 'string' ? data : Buffer.from(data).toString();
			output += text;
			// A terminal driver turns a line feed into a new line.
			emulator.write(text.replaceAll(/(?<!\r)\n/g, '\r\n'), done);
			return !isStalled;
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

	const line = (y: number): string => {
		const {active} = emulator.buffer;
		return active.getLine(active.baseY + y)?.translateToString(true) ?? '';
	};

	const text = (): string =>
		Array.from({length: emulator.rows}, (_, y) => line(y))
			.join('\n')
			.trimEnd();

	return {
		stdin: stdin as unknown as NodeJS.ReadStream,
		stdout: stdout as unknown as NodeJS.WriteStream,
		emulator,
		isRaw: () => stdin.isRaw,
		output: () => output,
		type: keys => void stdin.write(keys),
		resize(nextColumns, nextRows) {
			stdout.columns = nextColumns;
			stdout.rows = nextRows;
			emulator.resize(nextColumns, nextRows);
			stdout.emit('resize');
		},
		stall() {
			isStalled = true;
		},
		drain() {
			isStalled = false;
			stdout.emit('drain');
		},
		text,
		line,
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
	};
};
