import pty from '@lydell/node-pty';
import xterm from '@xterm/headless';

/** A program on a pseudo-terminal, its output seen as it arrives. */
export type Terminal = {
	write(text: string): void;
	/** Resolves with the moment (`performance.now()`) at which output since `mark()` matched. */
	seen(pattern: RegExp, timeoutMs?: number): Promise<number>;
	/** The same for the screen that the output draws: a program may print only what changed. */
	shows(pattern: RegExp, timeoutMs?: number): Promise<number>;
	/** Forgets what was printed so far. */
	mark(): void;
	/** Bytes printed since the start. */
	bytes(): number;
	readonly pid: number;
	readonly startedAt: number;
	readonly exited: Promise<number>;
	close(): Promise<void>;
};

export const openTerminal = (
	file: string,
	args: string[],
	{
		env = process.env,
		cols = 120,
		rows = 36,
		cwd = process.cwd(),
		isDrawn = false,
	}: TerminalOptions = {},
): Terminal => {
	const startedAt = performance.now();
	const child = pty.spawn(file, args, {
		cols,
		rows,
		cwd,
		env: env as Record<string, string>,
		name: 'xterm-256color',
		encoding: null,
	});
	let printed = '';
	let count = 0;
	let onPrinted: () => void = () => {};
	// Drawn only where a scenario looks at the screen: an emulator would slow a flood down.
	const emulator = isDrawn ? new xterm.Terminal({cols, rows, allowProposedApi: true}) : undefined;
	let onDrawn: () => void = () => {};
	const screen = (): string => {
		const buffer = emulator!.buffer.active;
		return Array.from({length: rows}, (_, y) =>
			buffer.getLine(buffer.baseY + y)?.translateToString(true),
		).join('\n');
	};
	child.onData(data => {
		const chunk = data as unknown as Buffer;
		count += chunk.length;
		// Only the end can hold what somebody waits for; a flood must not be kept.
		printed = (printed + chunk.toString('latin1')).slice(-65_536);
		onPrinted();
		emulator?.write(chunk, () => onDrawn());
	});
	const exited = new Promise<number>(resolve => {
		child.onExit(({exitCode}) => resolve(exitCode));
	});

	return {
		pid: child.pid,
		startedAt,
		exited,
		write: text => child.write(text),
		mark() {
			printed = '';
		},
		bytes: () => count,
		async seen(pattern, timeoutMs = 30_000) {
			return new Promise((resolve, reject) => {
				const timer = setTimeout(() => {
					onPrinted = () => {};
					reject(new Error(`${file} never printed ${pattern}; it printed:\n${printed}`));
				}, timeoutMs);
				onPrinted = () => {
					if (!pattern.test(printed)) return;
					clearTimeout(timer);
					onPrinted = () => {};
					resolve(performance.now());
				};
				onPrinted();
			});
		},
		async shows(pattern, timeoutMs = 30_000) {
			return new Promise((resolve, reject) => {
				const timer = setTimeout(() => {
					onDrawn = () => {};
					reject(new Error(`${file} never showed ${pattern}; its screen:\n${screen()}`));
				}, timeoutMs);
				onDrawn = () => {
					if (!pattern.test(screen())) return;
					clearTimeout(timer);
					onDrawn = () => {};
					resolve(performance.now());
				};
				onDrawn();
			});
		},
		async close() {
			child.kill('SIGKILL');
			await exited;
		},
	};
};

export type TerminalOptions = {
	env?: NodeJS.ProcessEnv;
	cols?: number;
	rows?: number;
	cwd?: string;
	/** Needed by `shows`. */
	isDrawn?: boolean;
};
