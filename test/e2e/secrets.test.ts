import {execFileSync} from 'node:child_process';
import {mkdtemp, readdir, readFile, rm, stat, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {startLaptop, type Laptop} from '../harness/laptop.ts';

const secret = `s3cret-${process.pid}-${Math.random().toString(36).slice(2)}-end`;
const needle = Buffer.from(secret);

/** Processes of this machine that show the secret in a place that others can read, but for those of the agent. */
const leakingProcesses = async (allowed: ReadonlySet<number>): Promise<string[]> => {
	const found: string[] = [];
	for (const pid of (await readdir('/proc')).filter(name => /^\d+$/.test(name))) {
		for (const file of ['cmdline', 'environ']) {
			const content = await readFile(`/proc/${pid}/${file}`).catch(() => Buffer.alloc(0));
			if (!content.includes(needle)) continue;
			if (file === 'environ' && allowed.has(Number(pid))) continue;
			const name = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
			found.push(`${pid} ${file}: ${name.replaceAll('\0', ' ').slice(0, 120)}`);
		}
	}

	return found;
};

const leakingFiles = async (folder: string): Promise<string[]> => {
	const found: string[] = [];
	for (const entry of await readdir(folder, {recursive: true, withFileTypes: true})) {
		const file = path.join(entry.parentPath, entry.name);
		if (!entry.isFile() || (await stat(file)).size > 256 * 1024 * 1024) continue;
		if ((await readFile(file)).includes(needle)) found.push(file);
	}

	return found;
};

/** Everything that tmux would tell whoever asks it. */
const tmuxSays = async (laptop: Laptop): Promise<string> => {
	const sockets = (await readdir(laptop.hostState, {recursive: true, withFileTypes: true}))
		.filter(entry => entry.isSocket() && entry.name.includes('tmux'))
		.map(entry => path.join(entry.parentPath, entry.name));
	expect(sockets).not.toEqual([]);
	const ask = (...args: string[]) => {
		try {
			return execFileSync('tmux', ['-S', sockets[0]!, ...args], {
				encoding: 'utf8',
				stdio: ['ignore', 'pipe', 'ignore'],
			});
		} catch {
			return '';
		}
	};

	const sessions = ask('list-sessions', '-F', '#{session_name}').trim().split('\n');
	return [
		ask('show-environment', '-g'),
		ask('show-messages'),
		ask('show-options', '-g'),
		ask('list-panes', '-a', '-F', '#{pane_start_command} #{pane_current_command} #{pane_title}'),
		...sessions.map(session => ask('show-environment', '-t', session)),
	].join('\n');
};

/** The agent and what it started; nothing else may hold the secret. */
const family = (pid: number): Set<number> => {
	const rows = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], {encoding: 'utf8'})
		.trim()
		.split('\n')
		.map(row => row.trim().split(/\s+/).map(Number) as [number, number]);
	const all = new Set([pid]);
	for (let grew = true; grew;) {
		grew = false;
		for (const [child, parent] of rows) {
			if (all.has(parent) && !all.has(child)) grew = Boolean(all.add(child));
		}
	}

	return all;
};

test('a secret is seen by its agent and by nobody else, while it is launched, runs, restarts and ends', async () => {
	const vault = await mkdtemp('/tmp/fvault-');
	onTestFinished(() => rm(vault, {recursive: true, force: true}));
	await writeFile(path.join(vault, 'token'), `${secret}\n`);
	const laptop = await startLaptop({
		config: [
			'[credential.token]',
			`command = ["cat", "${vault}/token"]`,
			'as = "AGENT_TOKEN"',
			'[role.keeper]',
			'command = ["sh", "-c", "echo length ${#AGENT_TOKEN}; env | sort | sha256sum >/dev/null; exec sleep 1000"]',
			'credentials = ["token"]',
		].join('\n'),
	});
	await laptop.json(
		'load',
		'shell',
		'--name',
		'neighbour',
		'--',
		'sh',
		'-c',
		'env; exec sleep 1000',
	);

	type Listed = {agents: Array<{name: string; pid: number | null; state: string}>};
	const agent = async (name: string) =>
		((await laptop.json('list')) as Listed).agents.find(one => one.name === name);

	const check = async (when: string) => {
		const keeper = await agent('keeper');
		const pid = keeper?.state === 'exited' ? null : (keeper?.pid ?? null);
		const allowed = pid === null ? new Set<number>() : family(pid);
		expect(await leakingProcesses(allowed), when).toEqual([]);
		expect(await leakingFiles(laptop.hostHome), when).toEqual([]);
		expect(await leakingFiles(laptop.home), when).toEqual([]);
		expect(await tmuxSays(laptop), when).not.toContain(secret);
		for (const args of [
			['explain', 'keeper', '--json'],
			['list', '--json'],
			['screen', 'neighbour', '--history', '500'],
		]) {
			expect((await laptop.console(...args)).stdout, `${when}: ${args.join(' ')}`).not.toContain(
				secret,
			);
		}
	};

	// While it is launched: look as fast as the launch goes.
	let isLaunching = true;
	const watching = (async () => {
		const seen = new Set<string>();
		while (isLaunching) {
			for (const leak of await leakingProcesses(new Set())) seen.add(leak);
		}

		return [...seen];
	})();
	const launched = await laptop.console('load', 'keeper');
	expect(launched, launched.stderr).toMatchObject({code: 0});
	await expect
		.poll(async () => (await laptop.console('screen', 'keeper')).stdout, {timeout: 20_000})
		.toContain(`length ${secret.length}`);
	isLaunching = false;
	const during = (await watching).filter(
		leak => !/environ: (sleep 1000|sh -c echo length|sha256sum|env|sort)/.test(leak),
	);
	expect(during).toEqual([]);
	await check('running');

	const first = (await agent('keeper'))!.pid;
	const restarted = await laptop.console('restart', 'keeper');
	expect(restarted, restarted.stderr).toMatchObject({code: 0});
	expect((await agent('keeper'))!.pid).not.toBe(first);
	await check('restarted');

	// Nobody on the host can start it again: the secret is not there.
	const alone = await laptop.onHost('restart', 'keeper');
	expect(alone.code).toBe(5);
	expect(alone.stderr).toContain('AGENT_TOKEN');

	await laptop.console('stop', 'keeper');
	await check('ended');
	const shown = await laptop.console('config', 'show');
	expect(shown.code).toBe(0);
	expect(shown.stdout + shown.stderr).not.toContain(secret);
}, 180_000);
