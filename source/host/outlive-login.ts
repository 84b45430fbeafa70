import {execFile} from 'node:child_process';
import {promisify} from 'node:util';

const run = promisify(execFile);

/**
 * The words to put before a command so that it outlives the login that started it. A user manager that lingers
 * keeps it in a scope of its own (a system with `KillUserProcesses=yes` ends everything else at logout); without one,
 * a new session is enough. A manager that does not linger would end its scopes at logout, so it is asked
 * to linger first, and left alone when it may not.
 */
export const outliveLogin = async (
	env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<string[]> => {
	const ask = async (file: string, args: string[]) =>
		(await run(file, args, {env: {...env}, timeout: 5000})).stdout.trim();
	try {
		const lingers = () =>
			ask('loginctl', ['show-user', '--property=Linger', '--value', String(process.getuid?.())]);
		if ((await lingers()) !== 'yes') {
			await ask('loginctl', ['--no-ask-password', 'enable-linger']);
			if ((await lingers()) !== 'yes') return [];
		}

		const scope = ['systemd-run', '--user', '--scope', '--quiet', '--collect', '--'];
		await ask(scope[0] ?? '', [...scope.slice(1), 'true']);
		return scope;
	} catch {
		return [];
	}
};
