import {execFile} from 'node:child_process';
import {readFile} from 'node:fs/promises';
import {userInfo} from 'node:os';
import {promisify} from 'node:util';
import type {Check} from '../../protocol/check.ts';

const run = promisify(execFile);
const name = 'logout survival';

/**
 * Whether agents live on when the last login ends. Where systemd manages logins, what lies in a
 * login's scope may be ended with it (logind.conf(5), KillUserProcesses), and a user manager that
 * does not linger ends its own scopes.
 */
export const logoutCheck = async (): Promise<Check> => {
	const manager = await readFile('/proc/1/comm', 'utf8').catch(() => '');
	if (manager.trim() !== 'systemd') {
		return {name, status: 'ok', found: 'nothing here ends processes at logout', mend: null};
	}

	const user = userInfo().username;
	const lingers = await ask('loginctl', ['show-user', user, '--property=Linger', '--value']);
	if (lingers === 'yes') return {name, status: 'ok', found: `${user} lingers`, mend: null};
	const kills = await ask('busctl', [
		'get-property',
		'org.freedesktop.login1',
		'/org/freedesktop/login1',
		'org.freedesktop.login1.Manager',
		'KillUserProcesses',
	]);
	return kills === 'b true'
		? {
				name,
				status: 'failed',
				found: 'this system ends all processes of a user at logout, and agents are among them',
				mend: `sudo loginctl enable-linger ${user}, then start the agents again`,
			}
		: {
				name,
				status: 'ok',
				found: 'processes of a user live on after logout here',
				mend: null,
			};
};

const ask = async (file: string, args: string[]): Promise<string> =>
	run(file, args, {timeout: 3000}).then(
		({stdout}) => stdout.trim(),
		() => '',
	);
