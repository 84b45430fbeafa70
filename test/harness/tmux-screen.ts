// A real terminal with a person in front of it: a tmux server of its own, typed into and looked at.
import {execFile} from 'node:child_process';
import {mkdtemp, rm} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {promisify} from 'node:util';
import {onTestFinished} from 'vitest';

const run = promisify(execFile);

/** What the screen is to show: a part of it, or what holds of all of it. */
export type Shown = string | RegExp | ((text: string) => boolean);

export type TmuxScreen = {
	/** Keys as tmux names them: `Enter`, `C-\\`, `j`. */
	press(...keys: string[]): Promise<void>;
	/** Text, typed literally. */
	type(text: string): Promise<void>;
	text(): Promise<string>;
	/** The rows with their colours, as escape sequences. */
	colours(): Promise<string>;
	/** One of tmux's formats: `#{alternate_on}`, `#{mouse_any_flag}`. */
	format(format: string): Promise<string>;
	resize(cols: number, rows: number): Promise<void>;
	/** Resolves with the screen when it shows `wanted`; fails with the screen after `timeoutMs`. */
	shows(wanted: Shown, timeoutMs?: number): Promise<string>;
	/** Resolves with the screen when it does not show it any more. */
	showsNo(unwanted: Shown, timeoutMs?: number): Promise<string>;
	pid(): Promise<number>;
	/** Resolves with the program's exit code when it ended. */
	ended(timeoutMs?: number): Promise<number>;
	close(): Promise<void>;
};

export type TmuxScreenOptions = {
	env?: Record<string, string>;
	cols?: number;
	rows?: number;
	cwd?: string;
};

const pollMs = 40;

/** Opens a terminal with a program in it; it is closed when the test is over. */
export const openTmuxScreen = async (
	argv: string[],
	{env = {}, cols = 120, rows = 36, cwd = '/'}: TmuxScreenOptions = {},
): Promise<TmuxScreen> => {
	// Short: the path of a socket is limited to about a hundred bytes.
	const folder = await mkdtemp('/tmp/ft-');
	const server = ['-S', path.join(folder, 's'), '-f', '/dev/null'];
	const tmux = async (...args: string[]) => (await run('tmux', [...server, ...args])).stdout;
	const size = ['-x', `${cols}`, '-y', `${rows}`];
	const variables = Object.entries(env).flatMap(([key, value]) => ['-e', `${key}=${value}`]);
	await run(
		'tmux',
		[
			...server,
			...['new-session', '-d', '-s', 'screen', ...size, '-c', cwd, ...variables],
			// Waits for the option below: a program that ends at once must leave its exit code.
			...['sh', '-c', 'read -r _; exec "$@"', 'sh', ...argv],
			...[';', 'set', '-g', 'remain-on-exit', 'on', ';', 'set', '-g', 'status', 'off'],
			...[';', 'set', '-g', 'escape-time', '0', ';', 'resize-window', ...size],
		],
		{env: {PATH: process.env['PATH'], HOME: folder, TERM: 'xterm-256color', LANG: 'C.UTF-8'}},
	);
	await tmux('send-keys', '-t', 'screen', 'Enter');

	const text = async () => (await tmux('capture-pane', '-p', '-t', 'screen')).trimEnd();
	const format = async (wanted: string) =>
		(await tmux('display-message', '-p', '-t', 'screen', wanted)).trim();
	const matches = (screen: string, wanted: Shown) =>
		typeof wanted === 'string'
			? screen.includes(wanted)
			: typeof wanted === 'function'
				? wanted(screen)
				: wanted.test(screen);
	const poll = async (isDone: (screen: string) => boolean, what: string, timeoutMs: number) => {
		const deadline = performance.now() + timeoutMs;
		for (;;) {
			const screen = await text();
			if (isDone(screen)) return screen;
			if (performance.now() > deadline) throw new Error(`${what}; the screen:\n${screen}`);
			await new Promise(resolve => setTimeout(resolve, pollMs));
		}
	};

	const screen: TmuxScreen = {
		async press(...keys) {
			await tmux('send-keys', '-t', 'screen', ...keys);
		},
		async type(words) {
			await tmux('send-keys', '-t', 'screen', '-l', words);
		},
		text,
		colours: () => tmux('capture-pane', '-p', '-e', '-t', 'screen'),
		format,
		async resize(width, height) {
			await tmux('resize-window', '-t', 'screen', '-x', `${width}`, '-y', `${height}`);
		},
		shows: (wanted, timeoutMs = 15_000) =>
			poll(now => matches(now, wanted), `never showed ${String(wanted)}`, timeoutMs),
		showsNo: (unwanted, timeoutMs = 15_000) =>
			poll(now => !matches(now, unwanted), `still shows ${String(unwanted)}`, timeoutMs),
		pid: async () => Number(await format('#{pane_pid}')),
		async ended(timeoutMs = 15_000) {
			const deadline = performance.now() + timeoutMs;
			for (;;) {
				const [isDead, status, signal, server] = (
					await format('#{pane_dead},#{pane_dead_status},#{pane_dead_signal},#{pid}')
				).split(',');
				if (status) return Number(status);
				if (signal) return 128 + Number(signal);
				// tmux 3.3a loses the signal that tells of a child's end where another library takes it.
				if (isDead === '1') process.kill(Number(server), 'SIGCHLD');
				if (performance.now() > deadline) {
					throw new Error(`never ended; the screen:\n${await text()}`);
				}

				await new Promise(resolve => setTimeout(resolve, pollMs));
			}
		},
		async close() {
			await tmux('kill-server').catch(() => {});
			// What ran there may write a last file while it ends.
			await rm(folder, {recursive: true, force: true, maxRetries: 5});
		},
	};
	onTestFinished(() => screen.close());
	return screen;
};

/** The same with a shell in it, whose prompt is `ready$`. */
export const openShell = async (options: TmuxScreenOptions = {}): Promise<TmuxScreen> => {
	const screen = await openTmuxScreen(['bash', '--norc', '--noprofile'], {
		...options,
		env: {PS1: 'ready$ ', ...options.env},
	});
	await screen.shows('ready$');
	return screen;
};
