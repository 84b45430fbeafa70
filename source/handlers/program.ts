import {spawn} from 'node:child_process';
import {setTimeout as delay} from 'node:timers/promises';
import {FleetError} from '../errors.ts';

export type Program = {argv: readonly string[]; cwd?: string; env?: Record<string, string>};

const settleMs = 400;

/** The configured argv with its one `{}` replaced as a whole argument; without one, the value goes last. */
export const fillArgument = (command: readonly string[], value: string): string[] =>
	command.includes('{}')
		? command.map(part => (part === '{}' ? value : part))
		: [...command, value];

/**
 * Starts a program of the person's own (a browser, an editor) in a session of its own, away from
 * the terminal, and leaves it to live. Yields once it has run for 0.4 s, or has ended well; one
 * that is missing, or fails sooner, rejects with `failed`. No shell reads the arguments.
 */
export const startProgram = async ({argv, cwd, env}: Program): Promise<void> => {
	const [file, ...args] = argv;
	if (file === undefined) throw new FleetError('failed', 'no program is configured');
	const child = spawn(file, args, {
		cwd,
		detached: true,
		// Nothing is piped: a pipe to a console that has ended would end the program, too.
		stdio: 'ignore',
		env: {...process.env, ...env},
	});
	const settled = new AbortController();
	const failedEarly = new Promise<void>((resolve, reject) => {
		child.once('error', error => {
			const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
			const reason = missing ? `${file} was not found` : error.message;
			reject(new FleetError('failed', reason, {cause: error}));
		});
		child.once('exit', (code, signal) => {
			if (code === 0) resolve();
			const how = code === null ? `was ended by ${signal}` : `exited with ${code}`;
			reject(new FleetError('failed', `${file} ${how}`));
		});
	});
	try {
		await Promise.race([
			failedEarly,
			delay(settleMs, undefined, {signal: settled.signal}).catch(() => {}),
		]);
	} finally {
		settled.abort();
		failedEarly.catch(() => {});
		child.unref();
	}
};
