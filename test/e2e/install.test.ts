import {cp, mkdtemp, readFile, readdir, readlink, rm, symlink, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {execFile, spawn} from 'node:child_process';
import {describe, expect, onTestFinished, test} from 'vitest';
import {startLaptop, type Laptop, type Ran} from '../harness/laptop.ts';

const dist = path.join(import.meta.dirname, '../../dist');

/** A host with nothing of ours on it, and the usual place for the program. */
const bareHost = async (): Promise<Laptop> => {
	const laptop = await startLaptop();
	const config = await readFile(laptop.configFile, 'utf8');
	await writeFile(laptop.configFile, config.replace(/^remote_path.*$/m, ''));
	await rm(path.join(laptop.hostHome, 'console'));
	return laptop;
};

/** Another build of the program on the laptop, which may speak another protocol. */
const nextVersion = async (version: string, protocol = '1.0'): Promise<string> => {
	const [major, minor] = protocol.split('.');
	const folder = await mkdtemp('/tmp/fnext-');
	onTestFinished(() => rm(folder, {recursive: true, force: true}));
	await cp(dist, path.join(folder, 'dist'), {recursive: true});
	await symlink(path.join(dist, '../node_modules'), path.join(folder, 'node_modules'));
	const app = path.join(folder, 'dist/app');
	for (const name of await readdir(app)) {
		if (!name.endsWith('.js')) continue;
		const text = await readFile(path.join(app, name), 'utf8');
		const changed = text
			.replaceAll('"0.1.0"', `"${version}"`)
			.replaceAll('{major:1,minor:0}', `{major:${major},minor:${minor}}`);
		if (changed !== text) await writeFile(path.join(app, name), changed);
	}

	// Each build keeps the code of its own under a name of its own.
	const entry = path.join(folder, 'dist/cli.js');
	const text = await readFile(entry, 'utf8');
	await writeFile(
		entry,
		text.replace(/const build = '\w+'/, `const build = '${version}-${protocol}'`),
	);
	return entry;
};

const runWith = (entry: string, laptop: Laptop, ...args: string[]): Promise<Ran> =>
	new Promise(resolve => {
		execFile(
			process.execPath,
			[entry, '--remote', 'dev-server', ...args],
			{env: laptop.env, timeout: 90_000},
			(error, stdout, stderr) =>
				resolve({code: error ? Number(error.code ?? 1) : 0, stdout, stderr}),
		).stdin?.end();
	});

const agentsOf = async (laptop: Laptop) =>
	(
		(await laptop.json('list')) as {
			agents: Array<{id: string; name: string; pid: number; state: string}>;
		}
	).agents;

describe('install', () => {
	test('sets up a host that load could not use before, and changes nothing when run again', async () => {
		const laptop = await bareHost();
		const refused = await laptop.console('load', 'shell', '--', 'sleep', '1000');
		expect(refused.code).toBe(6);
		expect(refused.stderr).toContain('console --remote dev-server install');

		const first = await laptop.console('install');
		expect(first, first.stderr).toMatchObject({code: 0});
		expect(first.stdout).toContain('dev-server has fleet-console 0.1.0 now');
		const program = path.join(laptop.hostHome, '.local/bin/console');
		expect(await readlink(program)).toContain('.local/share/fleet-console/current/cli.js');
		expect(await laptop.console('load', 'shell', '--', 'sleep', '1000')).toMatchObject({code: 0});
		expect(await agentsOf(laptop)).toHaveLength(1);

		const again = (await laptop.json('install')) as {changed: boolean; sentBytes: number};
		expect(again).toMatchObject({changed: false, sentBytes: 0});
		expect(await laptop.json('install', '--upgrade')).toMatchObject({changed: false});
	}, 120_000);

	test('is offered by load on a terminal', async () => {
		const laptop = await bareHost();
		const load = ['load', 'shell', '--name', 'first', '--', 'sleep', '1000'];
		const refused = await laptop.open(load);
		await refused.shows('Install it there now? [Y/n]');
		await refused.type('n');
		await refused.press('Enter');
		expect(await refused.ended()).toBe(6);

		const accepted = await laptop.open(load);
		await accepted.shows('Install it there now? [Y/n]');
		await accepted.press('Enter');
		await accepted.shows('first is started');
		expect(await accepted.ended()).toBe(0);
	}, 120_000);

	test('brings a new version while three agents run, and none of them notices', async () => {
		const laptop = await bareHost();
		expect((await laptop.console('install')).code).toBe(0);
		for (const name of ['one', 'two', 'three']) {
			// It would write down any signal, and a terminal that went away ends the loop.
			const program = `trap 'echo signalled >>${laptop.hostHome}/noticed' HUP INT TERM USR1 USR2 CONT; i=0; while echo "$i"; do i=$((i+1)); sleep 0.2; done; echo lost >>${laptop.hostHome}/noticed`;
			await laptop.json('load', 'shell', '--name', name, '--', 'sh', '-c', program);
		}

		const following = spawn(
			process.execPath,
			[path.join(dist, 'cli.js'), '--remote', 'dev-server', 'events'],
			{env: laptop.env, stdio: ['ignore', 'pipe', 'pipe']},
		);
		onTestFinished(() => void following.kill('SIGKILL'));
		let heard = '';
		for (const pipe of [following.stdout, following.stderr]) {
			pipe.on('data', chunk => (heard += String(chunk)));
		}

		await expect.poll(() => heard, {timeout: 20_000}).toContain('snapshot');
		const before = await agentsOf(laptop);
		const daemonBefore = await laptop.daemonPid();
		const next = await nextVersion('0.2.0');
		const upgraded = await runWith(next, laptop, 'install', '--upgrade');
		expect(upgraded, upgraded.stderr).toMatchObject({code: 0});
		expect(upgraded.stdout).toContain('0.2.0 now (before: 0.1.0)');

		const after = await agentsOf(laptop);
		expect(after.map(({id, pid}) => [id, pid])).toEqual(before.map(({id, pid}) => [id, pid]));
		expect(after.every(({state}) => state !== 'exited')).toBe(true);
		expect(await laptop.daemonPid()).not.toBe(daemonBefore);
		const host = (await laptop.onHost('host', 'status', '--json')).stdout;
		expect(JSON.parse(host)).toMatchObject({version: '0.2.0'});
		const counted = async () =>
			Number((await laptop.console('screen', 'two')).stdout.trim().split('\n').at(-1));
		const at = await counted();
		await expect.poll(counted, {timeout: 20_000}).toBeGreaterThan(at);
		await expect(readFile(path.join(laptop.hostHome, 'noticed'))).rejects.toThrow();
		// Who attends it waits for the new one, and hears what comes after.
		await expect.poll(() => heard, {timeout: 20_000}).toContain('the host is there again');
		await laptop.json('load', 'shell', '--name', 'later', '--', 'true');
		await expect.poll(() => heard, {timeout: 20_000}).toContain('"later"');
		expect(following.exitCode).toBe(null);
		// The older console goes on working with the newer host.
		expect((await laptop.console('load', 'shell', '--', 'true')).code).toBe(0);
		expect(
			await readlink(path.join(laptop.hostHome, '.local/share/fleet-console/previous')),
		).toMatch(/0\.1\.0/);
	}, 180_000);

	test('brings a host with another processor the parts that run there', async () => {
		const bin = await mkdtemp('/tmp/funame-');
		onTestFinished(() => rm(bin, {recursive: true, force: true}));
		const uname = '#!/bin/sh\ncase $1 in -s) echo Linux ;; *) echo aarch64 ;; esac\n';
		await writeFile(path.join(bin, 'uname'), uname, {mode: 0o755});
		const laptop = await startLaptop({
			sshd: {environment: {PATH: `${bin}:${path.dirname(process.execPath)}:/usr/bin:/bin`}},
		});
		const config = await readFile(laptop.configFile, 'utf8');
		await writeFile(laptop.configFile, config.replace(/^remote_path.*$/m, ''));
		const installed = await laptop.console('install');
		expect(installed, installed.stderr).toMatchObject({code: 0});
		const modules = path.join(
			laptop.hostHome,
			'.local/share/fleet-console/current/app/node_modules',
		);
		expect((await readdir(path.join(modules, '@lydell'))).sort()).toEqual([
			'node-pty',
			'node-pty-linux-arm64',
		]);
		expect(await readdir(path.join(modules, '@koromix'))).toEqual(['koffi-linux-arm64']);
		const addon = path.join(modules, '@lydell/node-pty-linux-arm64/pty.node');
		// ELF, e_machine at byte 18: 183 is AArch64.
		expect((await readFile(addon)).readUInt16LE(18)).toBe(183);
	}, 120_000);
});

describe('versions that differ', () => {
	/** A day's work, by whichever console. */
	const work = async (laptop: Laptop, entry: string) => {
		const run = async (...args: string[]) => {
			const ran = await runWith(entry, laptop, ...args);
			expect(ran, `${args.join(' ')}: ${ran.stderr}`).toMatchObject({code: 0});
			return ran.stdout;
		};
		await run('load', 'shell', '--name', 'one', '--', 'cat');
		expect(await run('list', '--json')).toContain('"one"');
		await run('send', 'one', 'hello');
		await expect.poll(() => run('screen', 'one'), {timeout: 20_000}).toMatch(/hello\s+hello/);
		await run('explain', 'one', '--json');
		await run('doctor', '--json');
		await run('restart', 'one');
		await run('stop', 'one');
		await run('wait', 'one', '--state', 'exited', '--timeout', '20');
		await run('remove', 'one');
	};

	test.each([
		['a newer console, an older host', '0.1.0', '0.3.0'],
		['an older console, a newer host', '0.3.0', '0.1.0'],
	])(
		'%s of the same major work together',
		async (_, hostVersion, consoleVersion) => {
			const own = path.join(dist, 'cli.js');
			const newer = await nextVersion('0.3.0', '1.7');
			const laptop = await startLaptop({hostEntry: hostVersion === '0.1.0' ? own : newer});
			await work(laptop, consoleVersion === '0.1.0' ? own : newer);
			const host = (await laptop.onHost('host', 'status', '--json')).stdout;
			expect(JSON.parse(host)).toMatchObject({version: hostVersion});
		},
		180_000,
	);

	test('another major is said, with what to do, and exit code 6', async () => {
		const laptop = await startLaptop({hostEntry: await nextVersion('2.0.0', '2.0')});
		const refused = await runWith(path.join(dist, 'cli.js'), laptop, 'list');
		expect(refused.code).toBe(6);
		expect(refused.stderr).toMatch(/protocol 2\.0/);
	}, 60_000);
});
