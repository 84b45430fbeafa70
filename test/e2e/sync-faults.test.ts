import {randomBytes} from 'node:crypto';
import {chmodSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {afterAll, expect, test} from 'vitest';
import {ancestorsOf, processesOf} from '../harness/processes.ts';
import {sharedPair} from '../harness/shared-pair.ts';
import {got, isOnItsWay, newRule, put} from '../harness/sync-trees.ts';
import {until} from '../harness/until.ts';

const pair = sharedPair();

/** Slow enough that a fault meets a file of this size in the midst of its way. */
const kilobytesPerSecond = 2000;
const largeBytes = 4_000_000;
// Far less than rsync's own limit, and than that of a call: what heals only by those has not been noticed.
const soonMs = 25_000;

const slowFolder = `/tmp/slow-rsync-${process.pid}`;
const slowRsync = (): {PATH: string} => {
	const real = (process.env['PATH'] ?? '')
		.split(':')
		.map(folder => path.join(folder, 'rsync'))
		.find(file => existsSync(file));
	mkdirSync(slowFolder, {recursive: true});
	const program = path.join(slowFolder, 'rsync');
	writeFileSync(program, `#!/bin/sh\nexec ${real} --bwlimit=${kilobytesPerSecond} "$@"\n`);
	chmodSync(program, 0o755);
	return {PATH: `${slowFolder}:${process.env['PATH']}`};
};

/** Stopped ones that nobody may leave behind. */
const stopped: number[] = [];
afterAll(() => {
	for (const pid of stopped.splice(0)) kill(pid, 'SIGKILL');
	rmSync(slowFolder, {recursive: true, force: true});
});

const kill = (pid: number, signal: NodeJS.Signals) => {
	try {
		process.kill(pid, signal);
	} catch {
		// It ended by itself meanwhile.
	}
};

const stop = (pid: number) => {
	stopped.push(pid);
	kill(pid, 'SIGSTOP');
};

/** The processes that a large file depends on, while it is on its way. */
type Parts = {
	nearRsync: number[];
	farRsync: number[];
	bulkSshd: number;
	daemon: number;
};

const partsOf = async (laptop: number): Promise<Omit<Parts, 'daemon'>> => {
	const listener = pair.sshd.listener();
	const all = await processesOf('rsync');
	const near: number[] = [];
	const far: number[] = [];
	let bulkSshd = 0;
	for (const pid of all) {
		const above = await ancestorsOf(pid);
		if (above.includes(laptop)) near.push(pid);
		if (!above.includes(listener)) continue;
		far.push(pid);
		bulkSshd = above[above.indexOf(listener) - 1]!;
	}

	return {nearRsync: near, farRsync: far, bulkSshd};
};

const pidOfDaemon = async (): Promise<number> => {
	const {stdout} = await pair.hostConsole('host', 'status', '--json');
	return (JSON.parse(stdout) as {pid: number}).pid;
};

const faults: ReadonlyArray<[name: string, strike: (parts: Parts) => Promise<unknown> | void]> = [
	['the bulk lane’s sshd is killed', ({bulkSshd}) => kill(bulkSshd, 'SIGKILL')],
	['the bulk lane’s sshd stands still', ({bulkSshd}) => stop(bulkSshd)],
	['the laptop’s rsync is killed', ({nearRsync}) => nearRsync.forEach(pid => kill(pid, 'SIGKILL'))],
	['the host’s rsync is killed', ({farRsync}) => farRsync.forEach(pid => kill(pid, 'SIGKILL'))],
	['the link is cut', () => pair.sshd.killSessions()],
	['the daemon is killed', ({daemon}) => kill(daemon, 'SIGKILL')],
	[
		'the link is cut while the laptop’s rsync reads nothing',
		async ({nearRsync}) => {
			for (const pid of nearRsync) stop(pid);
			await pair.sshd.killSessions();
			for (const pid of nearRsync) kill(pid, 'SIGCONT');
		},
	],
];

test.each(
	faults.flatMap(([name, strike]) =>
		// What takes as long as a silence that is noticed is tried one way only.
		(name.endsWith('still') ? (['down'] as const) : (['up', 'down'] as const)).map(direction => ({
			name,
			strike,
			direction,
		})),
	),
)(
	'$name while a large file goes $direction: it is there soon',
	async ({strike, direction, name}) => {
		const {near, far} = await newRule(pair, 'sync_bidi');
		put(near, 'small.txt', '0');
		await using watching = await pair.watch({
			environment: {...slowRsync(), NODE_DEBUG: 'fleet-sync,fleet-link'},
		});
		const seen = watching.said;
		const [from, to] = direction === 'up' ? [near, far] : [far, near];
		const content = randomBytes(largeBytes);
		const daemon = await pidOfDaemon();
		// At once, so that nobody sees a part of it.
		writeFileSync(`${from}.new`, content);
		renameSync(`${from}.new`, path.join(from, 'large.bin'));
		await until(() => isOnItsWay(to), 'the large file is on its way', {seen});
		const parts = {...(await partsOf(watching.child.pid!)), daemon};
		const interactive = (await pair.sshd.sessionPids()).filter(pid => pid !== parts.bulkSshd);
		expect(parts.nearRsync.length * parts.farRsync.length * parts.bulkSshd, name).not.toBe(0);
		expect(existsSync(path.join(to, 'large.bin')), seen()).toBe(false);
		await strike(parts);
		// Saves go on meanwhile, at the latest once the link is there again.
		for (const [a, b] of [
			[near, far],
			[far, near],
		] as const) {
			const text = `save of ${a}`;
			put(a, 'small.txt', text);
			await until(() => got(b, 'small.txt') === text, 'the save is there', {
				seen,
				timeoutMs: soonMs,
			});
		}

		await until(() => existsSync(path.join(to, 'large.bin')), 'the large file is there', {
			seen,
			timeoutMs: soonMs,
		});
		expect(got(to, 'large.bin')).toBe(content.toString('utf8'));
		if (name.startsWith('the bulk lane')) {
			// The interactive lane was not disturbed.
			expect(await pair.sshd.sessionPids()).toEqual(expect.arrayContaining(interactive));
		}
	},
);
