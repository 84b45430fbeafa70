import {execFile, spawn} from 'node:child_process';
import {access, mkdtemp, rm} from 'node:fs/promises';
import path from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {promisify} from 'node:util';

const run = promisify(execFile);

export type SshAgent = {
	readonly socket: string;
	add(keyFile: string): Promise<void>;
	[Symbol.asyncDispose](): Promise<void>;
};

/** A real ssh-agent of our own, empty. */
export const startSshAgent = async (): Promise<SshAgent> => {
	const folder = await mkdtemp('/tmp/agent-');
	const socket = path.join(folder, 's');
	const child = spawn('ssh-agent', ['-D', '-a', socket], {stdio: 'ignore'});
	const deadline = Date.now() + 5000;
	while (
		!(await access(socket).then(
			() => true,
			() => false,
		))
	) {
		if (Date.now() > deadline) throw new Error('ssh-agent did not start');
		await delay(5);
	}

	return {
		socket,
		async add(keyFile) {
			await run('ssh-add', ['-q', keyFile], {env: {...process.env, SSH_AUTH_SOCK: socket}});
		},
		async [Symbol.asyncDispose]() {
			child.kill('SIGTERM');
			await rm(folder, {recursive: true, force: true});
		},
	};
};
