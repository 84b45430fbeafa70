import {execFile, spawn} from 'node:child_process';
import {once} from 'node:events';
import {
	chmod,
	chown,
	cp,
	mkdtemp,
	readdir,
	readFile,
	rm,
	stat,
	truncate,
	writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import {promisify} from 'node:util';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import packageJson from '../../package.json' with {type: 'json'};

const run = promisify(execFile);
const entry = path.join(import.meta.dirname, '../../dist/cli.js');

let home: string;

beforeEach(async () => {
	home = await mkdtemp('/tmp/kept-code-');
});
afterEach(async () => {
	await chmod(home, 0o700);
	await rm(home, {recursive: true, force: true});
});

const start = async (args = ['--version'], env: Record<string, string> = {HOME: home}) =>
	run(process.execPath, [entry, ...args], {env: {PATH: '/usr/bin:/bin', ...env}});

const folder = () => path.join(home, '.cache/fleet-console/code');
const kept = async () => {
	const names = await readdir(folder()).catch(() => []);
	return names.map(name => path.join(folder(), name));
};

describe('the code of what ran', () => {
	test('is kept in the home of whoever ran it, for nobody else, each command’s apart', async () => {
		await start();
		const [file] = await kept();
		expect((await stat(folder())).mode & 0o777).toBe(0o700);
		expect((await stat(file!)).mode & 0o777).toBe(0o600);
		await start(['list', '--help']);
		expect(await kept()).toHaveLength(2);
	});

	test('is taken by the next start, and not written again', async () => {
		await start();
		const [file] = await kept();
		const {ino, mtimeMs} = await stat(file!);
		expect((await start()).stdout.trim()).toBe(packageJson.version);
		expect(await stat(file!)).toMatchObject({ino, mtimeMs});
	});

	test('is made anew where what was kept is not what was written', async () => {
		await start();
		const [file] = await kept();
		const good = await readFile(file!);
		const other = Buffer.from(good);
		const middle = Math.floor(good.length / 4);
		other[middle] = 255 - good[middle]!;
		const isRoot = process.getuid!() === 0;
		for (const spoil of [
			() => writeFile(file!, other),
			// Only root can give a file away.
			...(isRoot ? [() => chown(file!, 65_534, 65_534)] : []),
			() => writeFile(file!, 'no code of V8'),
			() => truncate(file!, good.length - 1000),
			() => truncate(file!, 0),
		]) {
			await spoil();
			expect((await start()).stdout.trim()).toBe(packageJson.version);
			expect((await readFile(file!)).length).toBeGreaterThan(good.length * 0.9);
		}
	});

	test('is kept of a command that a signal ends', async () => {
		const env = {PATH: process.env['PATH'], HOME: home, FLEET_STATE_DIR: path.join(home, 's')};
		const child = spawn(process.execPath, [entry, 'events'], {
			env,
			stdio: ['ignore', 'pipe', 'ignore'],
		});
		const ended = once(child, 'exit');
		try {
			await once(child.stdout, 'data');
			child.kill('SIGINT');
			expect(await ended).toEqual([130, null]);
		} finally {
			// The daemon that it started.
			await run(process.execPath, [entry, 'host', 'stop', '--agents'], {env});
		}

		expect((await kept()).map(name => path.basename(name))).toContainEqual(
			expect.stringMatching(/-events$/),
		);
	});

	test('is not kept of a command that failed, nor where there is no home', async () => {
		await expect(start(['lisst'])).rejects.toMatchObject({code: 2});
		expect(await kept()).toEqual([]);
		expect((await start(['--version'], {})).stdout.trim()).toBe(packageJson.version);
		expect((await start(['--version'], {XDG_CACHE_HOME: 'here'})).stdout.trim()).toBe(
			packageJson.version,
		);
	});

	test('comes with the build for the first start, which goes without where that is spoilt', async () => {
		const dist = path.dirname(entry);
		const own = path.join(home, 'dist');
		for (const name of ['cli.js', 'package.json', 'app/main.js', 'app/main.code']) {
			await cp(path.join(dist, name), path.join(own, name), {recursive: true});
		}

		const code = path.join(own, 'app/main.code');
		const starts = async () => {
			const args = [path.join(own, 'cli.js'), '--version'];
			const {stdout} = await run(process.execPath, args, {env: {PATH: '/usr/bin:/bin'}});
			expect(stdout.trim()).toBe(packageJson.version);
		};
		await starts();
		const bytes = await readFile(code);
		bytes[1000] = 255 - bytes[1000]!;
		await writeFile(code, bytes);
		await starts();
		await rm(code);
		await starts();
	});

	test('is done without where nothing can be made in the home', async () => {
		expect((await start(['--version'], {HOME: '/proc/1'})).stdout.trim()).toBe(packageJson.version);
	});

	test('goes after a month', async () => {
		await start();
		const old = path.join(folder(), 'of-another-build');
		await writeFile(old, '');
		await run('touch', ['-d', '40 days ago', old]);
		await start(['list', '--help']);
		expect(await kept()).toHaveLength(2);
		expect(await kept()).not.toContain(old);
	});
});
