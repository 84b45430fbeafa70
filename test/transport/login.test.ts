import {execFile} from 'node:child_process';
import {readFile, rename, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {promisify} from 'node:util';
import {describe, expect, it, vi} from 'vitest';
import {makeKey, authorize, type Sshd} from '../harness/sshd.ts';
import {startSshAgent} from '../harness/ssh-agent.ts';
import {answering} from './answers.ts';
import {enter, startFarHost} from './far-host.ts';

const run = promisify(execFile);

/** Puts other lines before the harness's own, so that they win. */
const configure = async (sshd: Sshd, ...lines: string[]) => {
	const text = await readFile(sshd.sshConfig, 'utf8');
	const [first, ...rest] = text.split('\n');
	await writeFile(sshd.sshConfig, [first, ...lines, ...rest].join('\n'));
};

const withoutIdentity = async (sshd: Sshd) => {
	const text = await readFile(sshd.sshConfig, 'utf8');
	await writeFile(sshd.sshConfig, text.replace(/^Identit.*$/gm, ''));
};

describe.each(['ssh', 'openssh'] as const)('logging in over %s', transport => {
	it.each(['rsa', 'ecdsa', 'ed25519'])('takes an %s key', async type => {
		await using host = await startFarHost({transport});
		const key = path.join(host.sshd.folder, 'other');
		await makeKey(key, type);
		await writeFile(host.sshd.authorizedKeys, '');
		await authorize(host.sshd, `${key}.pub`);
		await configure(host.sshd, `IdentityFile ${key}`);
		expect(await enter(await host.open())).toBe('in\n');
	});

	it('asks for the passphrase of a key once, for every lane and reconnect', async () => {
		await using host = await startFarHost({transport});
		const {clientKey} = host.sshd;
		await run('ssh-keygen', [
			'-q',
			'-p',
			'-a',
			'1',
			'-N',
			'open sesame',
			'-P',
			'',
			'-f',
			clientKey,
		]);
		const person = answering({passphrase: ['wrong', 'open sesame']});
		const link = await host.open({}, person.prompt);
		await enter(link);
		await enter(link, 'bulk');
		link.reset();
		await enter(link);
		expect(person.asked).toHaveLength(2);
		expect(person.asked[0]).toContain(`Enter passphrase for key '${clientKey}'`);
	});

	it('does not ask for the passphrase of a key that the host would not take', async () => {
		await using host = await startFarHost({transport});
		const key = path.join(host.sshd.folder, 'locked');
		await makeKey(key, 'ed25519', 'secret');
		await configure(host.sshd, `IdentityFile ${key}`);
		const person = answering({});
		await enter(await host.open({}, person.prompt));
		expect(person.asked).toEqual([]);
	});

	it('fails with an encrypted key where nobody can be asked', async () => {
		await using host = await startFarHost({transport});
		const {clientKey} = host.sshd;
		await run('ssh-keygen', ['-q', '-p', '-a', '1', '-N', 'x y z', '-P', '', '-f', clientKey]);
		await expect(enter(await host.open())).rejects.toMatchObject({
			code: 'auth-failed',
			exitCode: 3,
		});
	});

	it('uses the agent that the configuration names', async () => {
		await using host = await startFarHost({transport});
		await using agent = await startSshAgent();
		await agent.add(host.sshd.clientKey);
		await withoutIdentity(host.sshd);
		await configure(host.sshd, `IdentityAgent ${agent.socket}`);
		expect(await enter(await host.open())).toBe('in\n');
	});

	it('uses the agent of the environment, for a key of which only the public half is here', async () => {
		await using host = await startFarHost({transport});
		await using agent = await startSshAgent();
		await agent.add(host.sshd.clientKey);
		await rename(host.sshd.clientKey, `${host.sshd.clientKey}.away`);
		await withoutIdentity(host.sshd);
		await configure(
			host.sshd,
			`IdentityFile ${host.sshd.clientKey}.pub`,
			'IdentitiesOnly yes',
			'IdentityAgent SSH_AUTH_SOCK',
		);
		vi.stubEnv('SSH_AUTH_SOCK', agent.socket);
		expect(await enter(await host.open())).toBe('in\n');
		vi.unstubAllEnvs();
	});

	it.each(['keyboard-interactive', 'password'])('answers %s, and asks once', async method => {
		await using host = await startFarHost({
			transport,
			password: 'correct horse',
			clientConfig: ['PubkeyAuthentication no', `PreferredAuthentications ${method}`],
		});
		const person = answering({assword: ['wrong', 'correct horse']});
		const link = await host.open({}, person.prompt);
		await enter(link);
		await enter(link, 'bulk');
		link.reset();
		await enter(link);
		expect(person.asked).toHaveLength(2);
	});

	it('gives a key and then an answer to a host that wants both', async () => {
		await using host = await startFarHost({
			transport,
			password: 'correct horse',
			config: ['AuthenticationMethods publickey,keyboard-interactive'],
		});
		const person = answering({assword: 'correct horse'});
		expect(await enter(await host.open({}, person.prompt))).toBe('in\n');
		expect(person.asked).toHaveLength(1);
	});

	it('says who was not let in, and what was tried', async () => {
		await using host = await startFarHost({transport});
		await writeFile(host.sshd.authorizedKeys, '');
		const error = (await enter(await host.open()).catch((error: unknown) => error)) as {
			code: string;
			message: string;
			hint: string;
		};
		expect(error.code).toBe('auth-failed');
		expect(error.message).toContain(`did not let ${host.sshd.user} in`);
		if (transport === 'ssh') {
			expect(error.hint).toContain(host.sshd.clientKey);
			expect(error.hint).toContain('The host takes: publickey');
			expect(error.hint).toContain('transport = "openssh"');
		}
	});

	it('stops asking when the answer is refused for good', async () => {
		await using host = await startFarHost({
			transport,
			password: 'correct horse',
			clientConfig: ['PubkeyAuthentication no'],
		});
		const person = answering({assword: ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']});
		await expect(enter(await host.open({}, person.prompt))).rejects.toMatchObject({
			code: 'auth-failed',
		});
		expect(person.asked.length).toBeLessThanOrEqual(6);
	});

	it('finds one right key among many that are not', async () => {
		await using host = await startFarHost({transport, config: ['MaxAuthTries 12']});
		const files = await Promise.all(
			Array.from({length: 5}, async (_, index) => {
				const file = path.join(host.sshd.folder, `wrong${index}`);
				await makeKey(file);
				return file;
			}),
		);
		await configure(host.sshd, ...files.map(file => `IdentityFile ${file}`));
		expect(await enter(await host.open())).toBe('in\n');
	});
});

describe('logging in over openssh', () => {
	it('uses a certificate, which the ssh transport says it cannot', async () => {
		await using host = await startFarHost();
		const {folder, clientKey} = host.sshd;
		await makeKey(path.join(folder, 'ca'));
		await run('ssh-keygen', [
			...['-q', '-s', path.join(folder, 'ca'), '-I', 'test', '-n', host.sshd.user],
			`${clientKey}.pub`,
		]);
		const ca = await readFile(path.join(folder, 'ca.pub'), 'utf8');
		await writeFile(host.sshd.authorizedKeys, `cert-authority ${ca}`);
		await expect(enter(await host.open())).rejects.toMatchObject({
			code: 'auth-failed',
			hint: expect.stringContaining('For certificates') as string,
		});
		const link = await host.open({transport: 'openssh'});
		expect(await enter(link)).toBe('in\n');
	});
});
