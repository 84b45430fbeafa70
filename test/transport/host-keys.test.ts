import {execFile} from 'node:child_process';
import {readFile, writeFile} from 'node:fs/promises';
import {promisify} from 'node:util';
import {describe, expect, it} from 'vitest';
import {answering} from './answers.ts';
import {enter, startFarHost} from './far-host.ts';

const run = promisify(execFile);

describe.each(['ssh', 'openssh'] as const)('host keys over %s', transport => {
	it('refuses an unknown one where nobody can be asked', async () => {
		await using host = await startFarHost({transport, known: false});
		await expect(enter(await host.open())).rejects.toMatchObject({
			code: 'host-key-unknown',
			exitCode: 3,
		});
		expect(await readFile(host.sshd.knownHosts, 'utf8')).toBe('');
	});

	it('asks once with the fingerprint, and keeps the answer', async () => {
		await using host = await startFarHost({transport, known: false});
		const person = answering({'(yes/no': 'yes'});
		const first = await host.open({}, person.prompt);
		await enter(first);
		await enter(first, 'bulk');
		expect(person.asked).toHaveLength(1);
		const {stdout} = await run('ssh-keygen', ['-lf', `${host.sshd.folder}/host_ed25519.pub`]);
		expect(person.asked[0]).toContain(stdout.split(' ')[1]);
		const second = await host.open();
		expect(await enter(second)).toBe('in\n');
	});

	it('takes no for an answer', async () => {
		await using host = await startFarHost({transport, known: false});
		const person = answering({'(yes/no': 'no'});
		await expect(enter(await host.open({}, person.prompt))).rejects.toMatchObject({
			code: 'host-key-unknown',
		});
	});

	it('refuses a changed one, whoever answers, and shows both fingerprints and the place', async () => {
		await using host = await startFarHost({transport, hostKeyTypes: ['ed25519']});
		const before = await run('ssh-keygen', ['-lf', `${host.sshd.folder}/host_ed25519.pub`]);
		await host.sshd.rotateHostKeys();
		const after = await run('ssh-keygen', ['-lf', `${host.sshd.folder}/host_ed25519.pub`]);
		const person = answering({'': 'yes'});
		const error = (await enter(await host.open({}, person.prompt)).catch(
			(error: unknown) => error,
		)) as {code: string; message: string};
		expect(error.code).toBe('host-key-mismatch');
		for (const {stdout} of [before, after]) expect(error.message).toContain(stdout.split(' ')[1]);
		expect(error.message).toContain(`${host.sshd.knownHosts}, line 1`);
	});

	it('refuses a changed one under StrictHostKeyChecking no as well', async () => {
		await using host = await startFarHost({
			transport,
			clientConfig: ['StrictHostKeyChecking no', 'PasswordAuthentication no'],
		});
		await host.sshd.rotateHostKeys();
		// ssh itself would go on, with keys but without passwords; we let it judge by its own rules.
		if (transport === 'ssh') {
			await expect(enter(await host.open())).rejects.toMatchObject({code: 'host-key-mismatch'});
		}
	});

	it('finds hashed entries, and writes them where that is configured', async () => {
		await using host = await startFarHost({
			transport,
			known: false,
			clientConfig: ['HashKnownHosts yes', 'StrictHostKeyChecking accept-new'],
		});
		await enter(await host.open());
		const text = await readFile(host.sshd.knownHosts, 'utf8');
		expect(text).toMatch(/^\|1\|/);
		const found = await run('ssh-keygen', [
			...['-F', `[127.0.0.1]:${host.sshd.port}`, '-f', host.sshd.knownHosts],
		]);
		expect(found.stdout).toContain('found: line 1');
		await writeFile(
			host.sshd.sshConfig,
			(await readFile(host.sshd.sshConfig, 'utf8')).replace('accept-new', 'yes'),
		);
		expect(await enter(await host.open())).toBe('in\n');
	});

	it('refuses a revoked one', async () => {
		await using host = await startFarHost({transport});
		const known = await readFile(host.sshd.knownHosts, 'utf8');
		await writeFile(
			host.sshd.knownHosts,
			`${known}${known.replace(/^/gm, '@revoked ').trim()}\n`.replace(/^@revoked $/gm, ''),
		);
		await expect(enter(await host.open())).rejects.toMatchObject({code: 'host-key-revoked'});
	});

	it('refuses one that RevokedHostKeys has, as a list and as a KRL', async () => {
		await using host = await startFarHost({transport});
		const list = `${host.sshd.folder}/revoked`;
		await writeFile(list, (await host.sshd.hostKeys()).join('\n') + '\n');
		const config = await readFile(host.sshd.sshConfig, 'utf8');
		await writeFile(host.sshd.sshConfig, config.replace('\n', `\nRevokedHostKeys ${list}\n`));
		await expect(enter(await host.open())).rejects.toMatchObject({code: 'host-key-revoked'});
		await run('ssh-keygen', ['-q', '-k', '-f', `${list}.krl`, list]);
		await writeFile(host.sshd.sshConfig, config.replace('\n', `\nRevokedHostKeys ${list}.krl\n`));
		await expect(enter(await host.open())).rejects.toMatchObject({code: 'host-key-revoked'});
		await run('ssh-keygen', ['-q', '-k', '-f', `${list}.krl`, `${host.sshd.clientKey}.pub`]);
		expect(await enter(await host.open())).toBe('in\n');
	});

	it('knows a host by one type of key though it has others', async () => {
		await using host = await startFarHost({transport, hostKeyTypes: ['ed25519', 'ecdsa', 'rsa']});
		const known = await readFile(host.sshd.knownHosts, 'utf8');
		for (const type of ['ssh-rsa', 'ecdsa-sha2-nistp256']) {
			const only = known.split('\n').filter(line => line.includes(` ${type} `));
			await writeFile(host.sshd.knownHosts, `${only.join('\n')}\n`);
			const link = await host.open();
			expect(await enter(link)).toBe('in\n');
			await link.close();
		}
	});

	it('goes by HostKeyAlias', async () => {
		await using host = await startFarHost({
			transport,
			clientConfig: ['HostKeyAlias the-host', 'StrictHostKeyChecking yes'],
		});
		await expect(enter(await host.open())).rejects.toMatchObject({code: 'host-key-unknown'});
		const known = await readFile(host.sshd.knownHosts, 'utf8');
		await writeFile(host.sshd.knownHosts, known.replace(/^\S+/gm, 'the-host'));
		expect(await enter(await host.open())).toBe('in\n');
	});
});

describe('host keys over ssh', () => {
	it('says to whoever said no how to compare', async () => {
		await using host = await startFarHost({known: false});
		const person = answering({'(yes/no': 'no'});
		await expect(enter(await host.open({}, person.prompt))).rejects.toMatchObject({
			message: expect.stringContaining('was not trusted') as string,
			hint: expect.stringContaining('ssh-keygen -lf') as string,
		});
	});

	it('sends to openssh for a host that only a certificate authority vouches for', async () => {
		await using host = await startFarHost({known: false});
		const key = await readFile(`${host.sshd.clientKey}.pub`, 'utf8');
		await writeFile(host.sshd.knownHosts, `@cert-authority * ${key}`);
		await expect(enter(await host.open())).rejects.toMatchObject({
			code: 'host-key-unknown',
			hint: expect.stringContaining('transport = "openssh"') as string,
		});
	});

	it('holds a second lane and a reconnect to the key that was seen', async () => {
		await using host = await startFarHost();
		const link = await host.open();
		await enter(link);
		await host.sshd.rotateHostKeys();
		await expect(enter(link, 'bulk')).rejects.toMatchObject({code: 'host-key-mismatch'});
		link.reset();
		await expect(enter(link)).rejects.toMatchObject({code: 'host-key-mismatch'});
		const name = `[127.0.0.1]:${host.sshd.port}`;
		const keys = await host.sshd.hostKeys();
		await writeFile(host.sshd.knownHosts, keys.map(key => `${name} ${key}\n`).join(''));
		link.reset();
		expect(await enter(link)).toBe('in\n');
	});
});
