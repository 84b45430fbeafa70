import {spawn} from 'node:child_process';
import {randomBytes} from 'node:crypto';
import {userInfo} from 'node:os';
import path from 'node:path';
import {sendSignal} from './processes.ts';

export type LoginEnvironmentOptions = {
	/** The daemon's own environment. */
	own?: Readonly<Record<string, string | undefined>>;
	/** Default: `SHELL`, or the shell of the password database. */
	shell?: string;
	/** For each of the two ways to ask; default 5 s. */
	timeoutMs?: number;
};

/** What a login gives before any shell has read a file. */
const beforeShell =
	/^(?:PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|LC_[A-Z]+|TZ|XDG_[A-Z_]+|DBUS_SESSION_BUS_ADDRESS|TMPDIR|[a-z]+_proxy|[A-Z]+_PROXY)$/;
/** What belongs to this program, to the login that started it, to one terminal, or to one process alone. */
const notForAgents =
	/^(?:FLEET_.*|TMUX.*|SSH_(?:CONNECTION|CLIENT|TTY|ORIGINAL_COMMAND)|STY|WINDOW|WINDOWID|TERM|TERMCAP|TERM_PROGRAM.*|COLORTERM|COLUMNS|LINES|PWD|OLDPWD|SHLVL|_|NODE_OPTIONS|NODE_ENV|NODE_CHANNEL_.*|npm_.*|INIT_CWD|VITEST.*|XDG_SESSION_.*)$/;
const longest = 4 * 1024 * 1024;

/**
 * The environment that a person's own login on this machine has: the login shell is asked, as an
 * interactive one (many keep their PATH in files that only such a shell reads), then as a plain login shell. Where neither
 * answers in time it is the daemon's own. The daemon's own PATH is kept behind the login's.
 */
export const loginEnvironment = async ({
	own = process.env,
	shell = own['SHELL'] || userInfo().shell || '/bin/sh',
	timeoutMs = 5000,
}: LoginEnvironmentOptions = {}): Promise<Record<string, string>> => {
	const before = pick(own, name => beforeShell.test(name));
	before['SHELL'] = shell;
	const asked =
		(await askShell(shell, '-lic', before, timeoutMs)) ??
		(await askShell(shell, '-lc', before, timeoutMs)) ??
		// A forwarded agent's socket goes with the login that brought it.
		pick(own, name => name !== 'SSH_AUTH_SOCK');
	const env = pick(asked, name => !notForAgents.test(name));
	env['SHELL'] = shell;
	env['PATH'] = joinPaths(env['PATH'], own['PATH']);
	return env;
};

const pick = (
	env: Readonly<Record<string, string | undefined>>,
	wanted: (name: string) => boolean,
): Record<string, string> =>
	Object.fromEntries(
		Object.entries(env).flatMap(([name, value]) =>
			value !== undefined && wanted(name) ? [[name, value]] : [],
		),
	);

const joinPaths = (...paths: Array<string | undefined>): string =>
	[...new Set(paths.flatMap(value => value?.split(path.delimiter) ?? []))]
		.filter(folder => path.isAbsolute(folder))
		.join(path.delimiter);

/** Null when the shell fails, says something else, or takes too long. What its files print is passed over. */
const askShell = (
	shell: string,
	flags: string,
	env: Record<string, string>,
	timeoutMs: number,
): Promise<Record<string, string> | null> => {
	// csh knows `-l` only alone; its interactive shell reads what a person's does.
	const mode = /csh$/.test(shell) ? '-ic' : flags;
	const mark = randomBytes(12).toString('hex');
	// The mark is written in two parts, so that a shell that echoes its command says nothing by it.
	const command = `printf %s%s ${mark} '<'; env -0; printf %s%s ${mark} '>'`;
	return new Promise(resolve => {
		// A session of its own has no terminal that an interactive shell could stop at.
		const child = spawn(shell, [mode, command], {
			env: {...env, TERM: 'dumb'},
			cwd: env['HOME'] ?? '/',
			detached: true,
			stdio: ['ignore', 'pipe', 'ignore'],
		});
		let text = '';
		const finish = (result: Record<string, string> | null) => {
			clearTimeout(timer);
			child.stdout.destroy();
			child.kill('SIGKILL');
			// What its files started and left behind is theirs, unless it is what took so long.
			if (result === null && child.pid !== undefined) sendSignal(-child.pid, 'SIGKILL');
			resolve(result);
		};

		const timer = setTimeout(() => finish(null), timeoutMs);
		child.on('error', () => finish(null));
		// Its output may stay open in a program that the shell's files started: the mark says that all is there.
		child.on('exit', () => setImmediate(() => finish(between(text, mark))));
		child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
			text += chunk;
			const found = between(text, mark);
			if (found !== null || text.length > longest) finish(found);
		});
	});
};

const between = (text: string, mark: string): Record<string, string> | null => {
	const start = text.indexOf(`${mark}<`);
	const end = text.indexOf(`${mark}>`, start);
	if (start < 0 || end < 0) return null;
	return Object.fromEntries(
		text
			.slice(start + mark.length + 1, end)
			.split('\0')
			.filter(entry => entry.indexOf('=') > 0)
			.map(entry => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
	);
};
