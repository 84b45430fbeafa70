import {chmod, rm, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {describe, expect, test} from 'vitest';
import {startLaptop, type Laptop} from '../harness/laptop.ts';

type Check = {
	name: string;
	status: string;
	found: string;
	mend: string | null;
	code: string | null;
};

const look = async (laptop: Laptop) => {
	const ran = await laptop.console('doctor', '--json');
	const {ok, checks} = JSON.parse(ran.stdout) as {ok: boolean; checks: Check[]};
	return {
		code: ran.code,
		ok,
		check: (name: string) => checks.find(one => one.name === name),
		checks,
	};
};

describe('doctor', () => {
	test('looks at everything on the way to a host and behind it', async () => {
		const laptop = await startLaptop({config: '[handler.web]\ncommand = "true {}"'});
		const {code, ok, checks, check} = await look(laptop);
		expect([code, ok], JSON.stringify(checks, null, 1)).toEqual([0, true]);
		const names = new Set(checks.map(({name}) => name));
		for (const name of [
			...['config', 'program', 'state folder', 'disk', 'ssh config', 'ssh keys', 'tcp'],
			...['link', 'host key', 'login', 'streamlocal', 'port forwarding', 'daemon', 'node'],
			...[
				'tmux',
				'git',
				'rsync',
				'agent programs',
				'host disk',
				'clock',
				'socket rights',
				'relays',
			],
			...['logout survival', 'watches', 'handler web', 'handler ide', 'handler diff'],
		]) {
			expect(names, `${name}; there are ${[...names].join(', ')}`).toContain(name);
		}

		expect(check('host key')?.found).toMatch(/^SHA256:/);
		expect(check('login')?.found).toMatch(/^by .*id_ed25519/);
		for (const {status, mend, name} of checks) {
			expect(mend === null, `${name} is ${status}, to mend by ${mend}`).toBe(status === 'ok');
		}

		const shown = await laptop.console('doctor');
		expect(shown.stdout).toMatch(/✓ login +by /);
	});

	test('says what an sshd forbids, and how to allow it; what works in spite of it is no failure', async () => {
		const laptop = await startLaptop({
			sshd: {streamlocal: false, config: ['AllowTcpForwarding no']},
		});
		const {code, check} = await look(laptop);
		expect(code).toBe(0);
		expect(check('streamlocal')).toMatchObject({
			status: 'warn',
			mend: expect.stringContaining('AllowStreamLocalForwarding'),
		});
		expect(check('port forwarding')).toMatchObject({
			status: 'warn',
			mend: expect.stringContaining('AllowTcpForwarding'),
		});
	});

	test('a host that lets nobody in: what was tried, what it would take, exit code 1', async () => {
		const laptop = await startLaptop();
		await rm(path.join(laptop.sshd.folder, 'authorized_keys'));
		const {code, ok, check} = await look(laptop);
		expect([code, ok]).toEqual([1, false]);
		expect(check('daemon')).toMatchObject({
			status: 'fail',
			code: 'auth-failed',
			mend: expect.stringMatching(/Tried: .*id_ed25519.*The host takes: publickey/),
		});
	});

	test('a host without the program: how to get it there, exit code 1', async () => {
		const laptop = await startLaptop();
		await rm(path.join(laptop.hostHome, 'console'));
		const {code, check} = await look(laptop);
		expect(code).toBe(1);
		expect(check('daemon')).toMatchObject({
			code: 'host-missing',
			mend: expect.stringContaining('console --remote dev-server install'),
		});
	});

	test('a socket that others may use, and a configuration that cannot be read', async () => {
		const laptop = await startLaptop();
		await laptop.json('list');
		await chmod(laptop.hostSocket, 0o666);
		const {code, check} = await look(laptop);
		expect(code).toBe(1);
		expect(check('socket rights')).toMatchObject({
			status: 'fail',
			mend: expect.stringContaining(`chmod 600 ${laptop.hostSocket}`),
		});

		await writeFile(laptop.configFile, '[remote.dev-server]\nssh = 3\n');
		const broken = await look(laptop);
		expect(broken.code).toBe(1);
		expect(broken.check('config')).toMatchObject({status: 'fail', code: 'config-invalid'});
	});
});
