// A real terminal with a person in front of it: a tmux server of its own, typed into and looked at.
import {execFile} from 'node:child_process';
import {mkdtemp, rm} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {promisify} from 'node:util';

const run = promisify(execFile);

export type TmuxTerminal = {
	/** Types text as it is. */
	type(text: string): Promise<void>;
	/** Presses keys by tmux's names: `Enter`, `C-\\`. */
	press(...keys: string[]): Promise<void>;
	resize(columns: number, rows: number): Promise<void>;
	text(): Promise<string>;
	/** One of tmux's formats: `#{alternate_on}`, `#{mouse_any_flag}`. */
	format(format: string): Promise<string>;
	/** Waits until the screen shows it; fails with the screen. */
	until(what: string | RegExp | ((text: string) => boolean), withinMs?: number): Promise<string>;
	close(): Promise<void>;
};

export const openTmuxTerminal = async ({
	columns = 80,
	rows = 24,
	env = {} as Record<string, string>,
} = {}): Promise<TmuxTerminal> => {
	const folder = await mkdtemp(path.join(os.tmpdir(), 'fct-'));
	const socket = path.join(folder, 's');
	const tmux = async (...args: string[]): Promise<string> => {
		const {stdout} = await run('tmux', ['-S', socket, '-f', '/dev/null', ...args]);
		return stdout;
	};

	const settings = Object.entries({PS1: 'ready$ ', ...env}).flatMap(([name, value]) => [
		'-e',
		`${name}=${value}`,
	]);
	await tmux(
		'new-session',
		'-d',
		'-x',
		String(columns),
		'-y',
		String(rows),
		...settings,
		'bash',
		'--norc',
		'--noprofile',
	);
	const text = async () => (await tmux('capture-pane', '-p')).trimEnd();
	return {
		async type(typed) {
			await tmux('send-keys', '-l', typed);
		},
		async press(...keys) {
			await tmux('send-keys', ...keys);
		},
		async resize(nextColumns, nextRows) {
			await tmux('resize-window', '-x', String(nextColumns), '-y', String(nextRows));
		},
		text,
		format: async format => (await tmux('display-message', '-p', format)).trim(),
		async until(what, withinMs = 15_000) {
			const deadline = Date.now() + withinMs;
			for (;;) {
				const shown = await text();
				const isThere =
					typeof what === 'string'
						? shown.includes(what)
						: typeof what === 'function'
							? what(shown)
							: what.test(shown);
				if (isThere) return shown;
				if (Date.now() > deadline) {
					throw new Error(`not shown within ${withinMs} ms: ${String(what)}\n${shown}`);
				}

				await new Promise(resolve => setTimeout(resolve, 30));
			}
		},
		async close() {
			await tmux('kill-server').catch(() => undefined);
			await rm(folder, {recursive: true, force: true});
		},
	};
};
