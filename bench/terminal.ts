import pty from '@lydell/node-pty';

/** A program on a pseudo-terminal, its output seen as it arrives. */
export type Terminal = {
	write(text: string): void;
	/** Resolves with the moment (`performance.now()`) at which output since `mark()` matched. */
	seen(pattern: RegExp, timeoutMs?: number): Promise<number>;
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
	{env = process.env, cols = 120, rows = 36, cwd = process.cwd()}: TerminalOptions = {},
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
	child.onData(data => {
		const chunk = data as unknown as Buffer;
		count += chunk.length;
		// Only the end can hold what somebody waits for; a flood must not be kept.
		printed = (printed + chunk.toString('latin1')).slice(-65_536);
		onPrinted();
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
};
