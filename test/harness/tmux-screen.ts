import {execFile} from 'node:child_process';
import {mkdtemp, rm} from 'node:fs/promises';
import path from 'node:path';
import {promisify} from 'node:util';
import {onTestFinished} from 'vitest';

const run = promisify(execFile);

/** A program in a tmux of its own: a second, real terminal emulator, driven by its keys. */
export type TmuxScreen = {
	/** Keys as tmux names them: `Enter`, `C-\\`, `j`. */
	press(...keys: string[]): Promise<void>;
	/** Text, typed literally. */
	type(text: string): Promise<void>;
	text(): Promise<string>;
	/** The rows with their colours, as escape sequences. */
	colours(): Promise<string>;
	resize(cols: number, rows: number): Promise<void>;
	/** Resolves with the screen when it shows `wanted`; fails with the screen after `timeoutMs`. */
	shows(wanted: string | RegExp, timeoutMs?: number): Promise<string>;
	/** Resolves with the screen when it does not show it any more. */
	showsNo(unwanted: string | RegExp, timeoutMs?: number): Promise<string>;
	pid(): Promise<number>;
	/** Resolves with the program's exit code when it ended. */
	ended(timeoutMs?: number): Promise<number>;
	close(): Promise<void>;
};

export const openTmuxScreen = async (
	argv: string[],
	{env = {}, cols = 120, rows = 36, cwd = '/'}: TmuxScreenOptions = {},
): Promise<TmuxScreen> => {
	const folder = await mkdtemp('/tmp/ft-');
	const tmux = async (...args: string[]) =>
		(await run('tmux', ['-S', path.join(folder, 's'), '-f', '/dev/null', ...args])).stdout;
	const variables = Object.entries(env).flatMap(([key, value]) => ['-e', `${key}=${value}`]);
	await run(
		'tmux',
		[
			...['-S', path.join(folder, 's'), '-f', '/dev/null'],
			...['new-session', '-d', '-s', 'screen', '-x', `${cols}`, '-y', `${rows}`, '-c', cwd],
			...variables,
			// Waits for the option below: a program that ends at once must leave its exit code.
			...['sh', '-c', 'read -r _; exec "$@"', 'sh', ...argv],
			...[';', 'set', '-g', 'remain-on-exit', 'on', ';', 'set', '-g', 'status', 'off'],
			...[
				';',
				'set',
				'-g',
				'escape-time',
				'0',
				';',
				'resize-window',
				'-x',
				`${cols}`,
				'-y',
				`${rows}`,
			],
		],
		{env: {PATH: process.env['PATH'], HOME: folder, TERM: 'xterm-256color', LANG: 'C.UTF-8'}},
	);
	await tmux('send-keys', '-t', 'screen', 'Enter');

	const text = () => tmux('capture-pane', '-p', '-t', 'screen');
	const format = async (name: string) =>
		(await tmux('display-message', '-p', '-t', 'screen', `#{${name}}`)).trim();
	const matches = (screen: string, wanted: string | RegExp) =>
		typeof wanted === 'string' ? screen.includes(wanted) : wanted.test(screen);
	const poll = async (isDone: (screen: string) => boolean, what: string, timeoutMs: number) => {
		const deadline = performance.now() + timeoutMs;
		for (;;) {
			const screen = await text();
			if (isDone(screen)) return screen;
			if (performance.now() > deadline) throw new Error(`${what}; the screen:\n${screen}`);
			await new Promise(resolve => setTimeout(resolve, 40));
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
		async resize(width, height) {
			await tmux('resize-window', '-t', 'screen', '-x', `${width}`, '-y', `${height}`);
		},
		shows: (wanted, timeoutMs = 15_000) =>
			poll(now => matches(now, wanted), `never showed ${wanted}`, timeoutMs),
		showsNo: (unwanted, timeoutMs = 15_000) =>
			poll(now => !matches(now, unwanted), `still shows ${unwanted}`, timeoutMs),
		pid: async () => Number(await format('pane_pid')),
		async ended(timeoutMs = 15_000) {
			const deadline = performance.now() + timeoutMs;
			while ((await format('pane_dead')) !== '1') {
				if (performance.now() > deadline) {
					throw new Error(`never ended; the screen:\n${await text()}`);
				}

				await new Promise(resolve => setTimeout(resolve, 40));
			}

			return Number(await format('pane_dead_status'));
		},
		async close() {
			await tmux('kill-server').catch(() => {});
			await rm(folder, {recursive: true, force: true});
		},
	};
	onTestFinished(() => screen.close());
	return screen;
};

export type TmuxScreenOptions = {
	env?: Record<string, string>;
	cols?: number;
	rows?: number;
	cwd?: string;
};
