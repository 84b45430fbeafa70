import {execFileSync, spawnSync} from 'node:child_process';
import {existsSync} from 'node:fs';
import {mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises';
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

/** Where files come and go; both homes lie in the first. */
const passing = ['/tmp', '/var/tmp', '/dev/shm', '/run'].filter(existsSync);

/** Files of the whole machine that were written since the test began, but for the laptop's own vault. */
const leakingFiles = (since: number, vault: string, roots = ['/']): string[] => {
	const skipped = ['/proc', '/sys', vault].flatMap(folder => ['-path', folder, '-o']);
	const {stdout} = spawnSync(
		'find',
		[
			...[...roots, '(', ...skipped.slice(0, -1), ')', '-prune', '-o'],
			...['-type', 'f', '-newerct', `@${Math.floor(since / 1000) - 1}`],
			...['-exec', 'grep', '-lF', '-f', path.join(vault, 'token'), '--', '{}', '+'],
		],
		{encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: 60_000},
	);
	return stdout.split('\n').filter(Boolean);
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

/** Says how long its key is, which it asks for as Claude Code does. */
const asking = `#!/bin/sh
helper=$(sed -n 's/.*"apiKeyHelper":"\\([^"]*\\)".*/\\1/p' "$2")
key=$(/bin/sh -c "$helper")
echo "length \${#key}"
unset key
env | sort | sha256sum >/dev/null
exec sleep 1000
`;

const ways = [
	{
		way: 'in its environment',
		name: 'AGENT_TOKEN',
		role: () =>
			'command = ["sh", "-c", "echo length ${#AGENT_TOKEN}; env | sort | sha256sum >/dev/null; exec sleep 1000"]',
		isInEnvironment: true,
	},
	{
		way: 'by a helper',
		name: 'ANTHROPIC_API_KEY',
		role: (folder: string) =>
			`agent = "claude"\nenv = { PATH = "${folder}:/usr/local/bin:/usr/bin:/bin" }`,
		isInEnvironment: false,
	},
];

test.each(ways)(
	'a secret that an agent has $way is seen by nobody else, while it is launched, runs, restarts and ends',
	async ({name, role, isInEnvironment}) => {
		const began = Date.now();
		const vault = await mkdtemp('/tmp/fvault-');
		onTestFinished(() => rm(vault, {recursive: true, force: true}));
		await writeFile(path.join(vault, 'token'), `${secret}\n`);
		await writeFile(path.join(vault, 'claude'), asking, {mode: 0o755});
		const laptop = await startLaptop({
			config: [
				'[credential.token]',
				`command = ["cat", "${vault}/token"]`,
				`as = "${name}"`,
				'[role.keeper]',
				role(vault),
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

		const planted = path.join(laptop.hostHome, 'planted');
		await writeFile(planted, `x${secret}y`);
		expect(leakingFiles(began, vault, passing)).toEqual([planted]);
		await rm(planted);

		type Listed = {agents: Array<{name: string; pid: number | null; state: string}>};
		const agent = async (name: string) =>
			((await laptop.json('list')) as Listed).agents.find(one => one.name === name);

		const check = async (when: string) => {
			const keeper = await agent('keeper');
			const pid = keeper?.state === 'exited' ? null : (keeper?.pid ?? null);
			const allowed = pid === null || !isInEnvironment ? new Set<number>() : family(pid);
			expect(await leakingProcesses(allowed), when).toEqual([]);
			// What is left anywhere is still there at the end.
			const roots = when === 'ended' ? ['/'] : passing;
			expect(leakingFiles(began, vault, roots), when).toEqual([]);
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
			leak =>
				!isInEnvironment ||
				!/environ: (sleep 1000|sh -c echo length|sha256sum|env|sort)/.test(leak),
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
		expect(alone.stderr).toContain(name);

		await laptop.console('stop', 'keeper');
		await check('ended');
		const shown = await laptop.console('config', 'show');
		expect(shown.code).toBe(0);
		expect(shown.stdout + shown.stderr).not.toContain(secret);
	},
	180_000,
);
