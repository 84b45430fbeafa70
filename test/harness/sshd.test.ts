import {execFile} from 'node:child_process';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {promisify} from 'node:util';
import {describe, expect, it} from 'vitest';
import {startSshd, type Sshd} from './sshd.ts';

const run = promisify(execFile);

const ssh = async (sshd: Sshd, command: string): Promise<string> => {
	const argv = ['-F', sshd.sshConfig, '-o', 'BatchMode=yes', sshd.alias, command];
	return run('ssh', argv).then(
		({stdout}) => stdout,
		(error: {stderr: string}) => error.stderr,
	);
};

describe('the sshd of the tests', () => {
	it('lets the client key in, with the environment asked for', async () => {
		const home = await mkdtemp(path.join(os.tmpdir(), 'home-'));
		await using sshd = await startSshd({environment: {HOME: home, FLEET_STATE_DIR: `${home}/s`}});
		expect(await ssh(sshd, 'echo "$HOME $FLEET_STATE_DIR"'), await sshd.log()).toBe(
			`${home} ${home}/s\n`,
		);
		await rm(home, {recursive: true});
	});

	it('is not trusted before its key is known, nor after the key changed', async () => {
		await using unknown = await startSshd({known: false});
		expect(await ssh(unknown, 'true')).toContain('Host key verification failed');
		await using changed = await startSshd();
		await changed.rotateHostKeys();
		expect(await ssh(changed, 'true')).toContain('IDENTIFICATION HAS CHANGED');
	});

	it('asks for the password that it was given', async () => {
		await using sshd = await startSshd({password: 'correct horse'});
		const argv = ['-F', sshd.sshConfig, '-o', 'PubkeyAuthentication=no', '-o', 'BatchMode=no'];
		const askpass = path.join(sshd.folder, 'askpass');
		await writeFile(askpass, '#!/bin/sh\nprintf "%s\\n" "$ANSWER"\n', {mode: 0o755});
		const login = (password: string) =>
			run(
				'setsid',
				['-w', 'ssh', ...argv, '-o', 'NumberOfPasswordPrompts=1', sshd.alias, 'echo in'],
				{
					env: {
						...process.env,
						SSH_ASKPASS: askpass,
						SSH_ASKPASS_REQUIRE: 'force',
						ANSWER: password,
					},
				},
			).then(
				({stdout}) => stdout,
				(error: {stderr: string}) => error.stderr,
			);
		expect(await login('correct horse'), await sshd.log()).toBe('in\n');
		expect(await login('wrong')).toContain('Permission denied');
	});

	it('ends the sessions that are open, and takes new ones', async () => {
		await using sshd = await startSshd();
		const open = run('ssh', ['-F', sshd.sshConfig, sshd.alias, 'sleep 60']).catch(
			(error: unknown) => error,
		);
		const deadline = Date.now() + 5000;
		while (!(await sshd.log()).includes('Starting session') && Date.now() < deadline);
		expect(await sshd.killSessions()).toBe(1);
		expect(await open).toMatchObject({code: 255});
		expect(await ssh(sshd, 'echo again')).toBe('again\n');
	});

	it('freezes without closing anything, and thaws', async () => {
		await using sshd = await startSshd();
		await sshd.freeze();
		const answer = ssh(sshd, 'echo late');
		const first = await Promise.race([
			answer,
			new Promise(resolve => setTimeout(resolve, 300, 'nothing')),
		]);
		expect(first).toBe('nothing');
		await sshd.thaw();
		expect(await answer).toBe('late\n');
	});
});
