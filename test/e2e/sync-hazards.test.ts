import {execFileSync} from 'node:child_process';
import {once} from 'node:events';
import {
	chmodSync,
	existsSync,
	mkdirSync,
	readFileSync,
	symlinkSync,
	utimesSync,
	writeFileSync,
} from 'node:fs';
import path from 'node:path';
import {Worker} from 'node:worker_threads';
import {afterEach, expect, test, vi} from 'vitest';
import {withoutPrivilege} from '../harness/privilege.ts';
import {mountSmallDisk} from '../harness/small-disk.ts';
import type {SshdOptions} from '../harness/sshd.ts';
import {got, names, newRule, put} from '../harness/sync-trees.ts';
import {shown, startSyncedPair, type SyncedPair} from '../harness/synced-pair.ts';
import {until} from '../harness/until.ts';

// Each of them starts the real program many times, on a machine that may be busy.
vi.setConfig({testTimeout: 120_000});

let pair: SyncedPair;
afterEach(async () => {
	await pair[Symbol.asyncDispose]();
}, 60_000);

const start = async (options: SshdOptions = {}) => {
	pair = await startSyncedPair(options);
};

/** A folder for PATH with everything that PATH has but rsync, or with another rsync. */
const pathWithoutRsync = (name: string, rsync?: string): string => {
	const folder = path.join('/tmp', `${name}-${process.pid}`);
	mkdirSync(folder, {recursive: true});
	for (const program of ['sh', 'bash', 'env', 'cat', 'git', 'tmux', 'ps', 'uname', 'id', 'ssh']) {
		const [found] = (process.env['PATH'] ?? '')
			.split(':')
			.map(place => path.join(place, program))
			.filter(file => existsSync(file));
		if (found && !existsSync(path.join(folder, program)))
			symlinkSync(found, path.join(folder, program));
	}

	if (rsync !== undefined) {
		writeFileSync(path.join(folder, 'rsync'), rsync);
		chmodSync(path.join(folder, 'rsync'), 0o755);
	}

	return folder;
};

const openrsync =
	'#!/bin/sh\necho "openrsync: protocol version 29"\necho "rsync version 2.6.9 compatible"\n';

test.each([
	['no rsync on the laptop', {near: undefined}, 'rsync is missing on this machine'],
	['no rsync on the host', {far: undefined}, 'rsync is missing on the host'],
	['openrsync on the laptop', {near: openrsync}, 'rsync on this machine is openrsync'],
	['openrsync on the host', {far: openrsync}, 'rsync on the host is openrsync'],
] as const)('%s: files of every size still travel, and it is said', async (name, rsync, said) => {
	const folder = (side: 'near' | 'far') =>
		side in rsync ? pathWithoutRsync(name.replaceAll(' ', '-'), rsync[side as never]) : undefined;
	const far = folder('far');
	await start(far === undefined ? {} : {environment: {PATH: far}});
	const trees = await newRule(pair, 'sync_bidi');
	put(trees.near, 'small.txt', 'small');
	const near = folder('near');
	const how = near === undefined ? {} : {environment: {PATH: near}};
	const first = await pair.consoleUnder(how, 'sync');
	expect(first, shown(first)).toMatchObject({code: 0, stderr: ''});
	put(trees.near, 'up.bin', 'u'.repeat(3_000_000));
	put(trees.far, 'down.bin', 'd'.repeat(3_000_000));
	const ran = await pair.consoleUnder(how, 'sync');
	expect(ran, shown(ran)).toMatchObject({code: 0});
	expect(ran.stderr).toContain(said);
	expect(ran.stderr).toContain('install');
	expect(got(trees.far, 'up.bin')).toHaveLength(3_000_000);
	expect(got(trees.near, 'down.bin')).toHaveLength(3_000_000);
});

test('what may not be read or written is listed, the rest moves, and the exit code is 1', async () => {
	await start({prefix: withoutPrivilege()});
	const {near, far} = await newRule(pair, 'sync_bidi');
	put(near, 'open.txt', 'open');
	put(near, 'shut.txt', 'shut');
	put(near, 'shut/inside.txt', 'inside');
	put(far, 'sealed/a.txt', 'a');
	chmodSync(path.join(near, 'shut.txt'), 0);
	chmodSync(path.join(near, 'shut'), 0);
	const how = {prefix: withoutPrivilege()};
	const ran = await pair.consoleUnder(how, 'sync');
	expect(ran, shown(ran)).toMatchObject({code: 1});
	expect(ran.stdout).toContain('left alone: shut.txt: local: cannot be read');
	expect(ran.stdout).toContain('left alone: shut: local: cannot be read');
	expect(names(far)).toEqual(['open.txt', 'sealed']);
	chmodSync(path.join(near, 'shut.txt'), 0o600);
	chmodSync(path.join(near, 'shut'), 0o700);
	chmodSync(path.join(far, 'sealed'), 0o500);
	put(near, 'sealed/b.txt', 'b');
	put(near, 'open.txt', 'open, changed');
	const denied = await pair.consoleUnder(how, 'sync');
	expect(denied, shown(denied)).toMatchObject({code: 1});
	expect(denied.stdout).toContain('failed on the host: sealed/b.txt: EACCES');
	expect(got(far, 'open.txt')).toBe('open, changed');
	expect(got(far, 'shut/inside.txt')).toBe('inside');
	chmodSync(path.join(far, 'sealed'), 0o700);
	expect((await pair.consoleUnder(how, 'sync')).code).toBe(0);
	expect(got(far, 'sealed/b.txt')).toBe('b');
});

const blocks = 16;
const blockBytes = 250_000;

/** Gives one block after another its turn's number, so that a reader knows which states there ever were. */
const writing = `
const {openSync, writeSync} = require('node:fs');
const {file, stop, blocks, blockBytes} = require('node:worker_threads').workerData;
const stopped = new Int32Array(stop);
const handle = openSync(file, 'r+');
for (let turn = 1; turn < 256 && Atomics.load(stopped, 0) === 0; turn++) {
	writeSync(handle, Buffer.alloc(blockBytes, turn), 0, blockBytes, (turn % blocks) * blockBytes);
	Atomics.wait(stopped, 0, 0, 40);
}`;

/** Blocks that never stood beside the others; the one whose turn it was may be half written. */
const tornBlocks = (bytes: Buffer): number[] => {
	const firsts = Array.from({length: blocks}, (_, block) => bytes[block * blockBytes]!);
	const last = Math.max(...firsts);
	return firsts.flatMap((first, block) => {
		const due = last - ((((last - block) % blocks) + blocks) % blocks);
		const isWhole = bytes
			.subarray(block * blockBytes, (block + 1) * blockBytes)
			.every(byte => byte === first);
		const isRight = isWhole && first === Math.max(0, due);
		return isRight || block === last % blocks || block === (last + 1) % blocks ? [] : [block];
	});
};

test('a file that changes while it is sent is sent again, and never stands there torn', async () => {
	await start();
	const {near, far} = await newRule(pair, 'sync_bidi');
	put(near, 'large.bin', Buffer.alloc(blocks * blockBytes));
	const stop = new SharedArrayBuffer(4);
	const file = path.join(near, 'large.bin');
	const writer = new Worker(writing, {eval: true, workerData: {file, stop, blocks, blockBytes}});
	// It may come to the last number before the syncs do.
	const written = once(writer, 'exit');
	try {
		for (let round = 0; round < 3; round++) {
			const ran = await pair.console('sync');
			expect(ran, shown(ran)).toMatchObject({code: 0});
			if (existsSync(path.join(far, 'large.bin'))) {
				expect(tornBlocks(readFileSync(path.join(far, 'large.bin')))).toEqual([]);
			}
		}
	} finally {
		Atomics.store(new Int32Array(stop), 0, 1);
		await written;
	}

	expect((await pair.console('sync')).code).toBe(0);
	const [here, there] = [near, far].map(root => readFileSync(path.join(root, 'large.bin')));
	expect(here!.equals(there!)).toBe(true);
	expect(names(near)).toEqual(['large.bin']);
});

test.each(['at the start', 'later on'])(
	'where the limit of watches is reached %s it says so, and polls',
	async when => {
		await start();
		const {near, far} = await newRule(pair, 'sync_bidi');
		const fill = () => {
			for (let index = 0; index < 20; index++) put(near, `d${index}/a.txt`, '0');
		};
		if (when === 'at the start') fill();
		// A user namespace has a limit of its own.
		const limit = 'echo 8 > /proc/sys/user/max_inotify_watches && exec "$@"';
		const prefix = ['unshare', '--user', '--map-root-user', '--', 'sh', '-c', limit, 'sh'];
		const watching = pair.start({prefix}, 'sync', '--watch');
		const seen = watching.said;
		if (when === 'later on') {
			await until(() => seen().includes('in step'), 'in step', {seen, timeoutMs: 30_000});
			expect(seen()).not.toContain('polls');
			fill();
		}

		await until(() => seen().includes('max_user_watches'), 'the limit is named', {
			seen,
			timeoutMs: 30_000,
		});
		expect(seen()).toMatch(/polls: this side: .*limit of file watches/);
		for (const [from, to] of [
			[near, far],
			[far, near],
		] as const) {
			const over = () => got(to, 'd19/a.txt') === `from ${from}`;
			const file = path.join(to, 'd19/a.txt');
			await until(() => existsSync(file), 'there', {seen, timeoutMs: 30_000});
			writeFileSync(path.join(from, 'd19/a.txt'), `from ${from}`);
			await until(over, 'over', {seen, timeoutMs: 30_000});
		}
	},
);

test('clocks that disagree by an hour change nothing', async () => {
	const shift = path.join('/tmp', `an-hour-ahead-${process.pid}.mjs`);
	writeFileSync(
		shift,
		'const now = Date.now.bind(Date);\nconst There = Date;\nglobalThis.Date = class extends There {\n\tconstructor(...parts) {\n\t\tsuper(...(parts.length === 0 ? [now() + 3_600_000] : parts));\n\t}\n\n\tstatic now() {\n\t\treturn now() + 3_600_000;\n\t}\n};\n',
	);
	await start({environment: {NODE_OPTIONS: `--import=${shift}`}});
	const {near, far} = await newRule(pair, 'sync_bidi');
	put(near, 'a.txt', 'base');
	put(near, 'b.txt', 'base');
	expect((await pair.console('sync')).code).toBe(0);
	const hourMs = 3_600_000;
	const write = (root: string, file: string, content: string, byMs: number) => {
		put(root, file, content);
		const at = (Date.now() + byMs) / 1000;
		utimesSync(path.join(root, file), at, at);
	};
	// The newer content has the older time on one side, and both sides changed one file.
	write(far, 'a.txt', 'host', -hourMs);
	write(near, 'b.txt', 'laptop', -hourMs);
	expect((await pair.console('sync')).code).toBe(0);
	expect([got(near, 'a.txt'), got(far, 'b.txt')]).toEqual(['host', 'laptop']);
	write(far, 'a.txt', 'host, later', hourMs);
	write(near, 'a.txt', 'laptop', 0);
	expect((await pair.console('sync')).code).toBe(5);
	expect([got(near, 'a.txt'), got(far, 'a.txt')]).toEqual(['laptop', 'laptop']);
	expect(names(near).filter(name => name.includes('sync-conflict'))).toHaveLength(1);
});

test('a file system that is mounted inside of a root is synced like the rest', async () => {
	await start();
	const {near, far} = await newRule(pair, 'sync_bidi');
	mkdirSync(path.join(far, 'mounted'), {recursive: true});
	const disk = mountSmallDisk(path.join(far, 'mounted'), 20_000_000);
	put(near, 'mounted/new.txt', 'new');
	put(near, 'mounted/deep/large.bin', 'l'.repeat(2_000_000));
	put(near, 'a.txt', 'a');
	const first = await pair.console('sync');
	expect(first, shown(first)).toMatchObject({code: 0});
	expect(got(disk.folder, 'new.txt')).toBe('new');
	expect(got(disk.folder, 'deep/large.bin')).toHaveLength(2_000_000);
	put(near, 'mounted/new.txt', 'changed');
	put(near, 'mounted/deep/large.bin', 'L'.repeat(2_000_000));
	expect((await pair.console('sync')).code).toBe(0);
	expect(got(disk.folder, 'new.txt')).toBe('changed');
	expect(got(disk.folder, 'deep/large.bin')).toBe('L'.repeat(2_000_000));
	execFileSync('rm', ['-r', path.join(near, 'mounted/deep')]);
	put(near, 'mounted/new.txt', 'laptop');
	put(far, 'mounted/new.txt', 'host');
	expect((await pair.console('sync')).code).toBe(5);
	expect(existsSync(path.join(disk.folder, 'deep'))).toBe(false);
	expect(got(disk.folder, 'new.txt')).toBe('laptop');
	expect(names(disk.folder).filter(name => name.includes('sync-conflict'))).toHaveLength(1);

	// An empty folder where it was is no deletion.
	const kept = names(path.join(near, 'mounted'));
	disk[Symbol.dispose]();
	const away = await pair.console('sync');
	expect(away, shown(away)).toMatchObject({code: 0});
	expect(away.stdout).toContain(
		'left alone: mounted: remote: is a file system that is not mounted',
	);
	expect(names(path.join(near, 'mounted'))).toEqual(kept);
});
