import {existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';
import {mountSmallDisk} from '../harness/small-disk.ts';
import {got, names, newRule, put, type Trees} from '../harness/sync-trees.ts';
import {sharedPair} from '../harness/shared-pair.ts';
import {shown} from '../harness/synced-pair.ts';

const pair = sharedPair();

/** A rule in step, with some files. */
const inStep = async (): Promise<Trees> => {
	const trees = await newRule(pair, 'sync_bidi');
	for (const name of ['a', 'b', 'c']) put(trees.near, `${name}.txt`, name);
	const ran = await pair.console('sync');
	expect(ran, shown(ran)).toMatchObject({code: 0});
	return trees;
};

/** Halted for that reason, said by `sync` and by `conflicts`, with the command that goes on. */
const expectHalt = async (near: string, reason: RegExp) => {
	const ran = await pair.console('sync');
	expect(ran, shown(ran)).toMatchObject({code: 5});
	expect(ran.stdout).toMatch(reason);
	expect(ran.stderr).toContain(`sync --rule ${near} --allow-delete`);
	const listed = await pair.console('conflicts');
	expect(listed, shown(listed)).toMatchObject({code: 5});
	expect(listed.stdout).toMatch(reason);
	expect(listed.stdout).toContain(`sync --rule ${near} --allow-delete`);
};

const goOn = async (near: string) => {
	const ran = await pair.console('sync', '--rule', near, '--allow-delete');
	expect(ran, shown(ran)).toMatchObject({code: 0});
	expect((await pair.console('conflicts')).code).toBe(0);
};

test('a root that was emptied halts; what was in it goes only when a person says so', async () => {
	const {near, far} = await inStep();
	for (const name of names(far)) rmSync(path.join(far, name));
	await expectHalt(near, /halted: everything is gone on the host/);
	expect(names(near)).toEqual(['a.txt', 'b.txt', 'c.txt']);
	await goOn(near);
	expect([names(near), names(far)]).toEqual([[], []]);
	expect(readdirSync(path.join(near, '.fleet-sync/trash'))).toHaveLength(3);
});

test('a root that is missing halts, and is made again when a person says so', async () => {
	const {near, far} = await inStep();
	renameSync(far, `${far}-away`);
	await expectHalt(near, /halted: the folder is missing on the host/);
	expect(existsSync(far)).toBe(false);
	renameSync(`${far}-away`, far);
	expect((await pair.console('sync')).code).toBe(0);
	rmSync(near, {recursive: true});
	await expectHalt(near, /halted: the folder is missing on this side/);
	expect(existsSync(near)).toBe(false);
	expect(names(far)).toEqual(['a.txt', 'b.txt', 'c.txt']);
});

test('another folder at the root’s place halts, and is merged when a person says so', async () => {
	const {near, far} = await inStep();
	renameSync(near, `${near}-away`);
	mkdirSync(near);
	put(near, 'other.txt', 'other');
	await expectHalt(near, /halted: another folder stands at/);
	expect(names(far)).toEqual(['a.txt', 'b.txt', 'c.txt']);
	expect(names(near)).toEqual(['other.txt']);
});

test('a local root that is not there is made for both ways, and an error for up', async () => {
	const both = await newRule(pair, 'sync_bidi');
	put(both.far, 'a.txt', 'a');
	expect((await pair.console('sync')).code).toBe(0);
	expect(got(both.near, 'a.txt')).toBe('a');

	const up = await newRule(pair, 'sync_up');
	const ran = await pair.console('sync');
	expect(ran, shown(ran)).toMatchObject({code: 1});
	expect(ran.stderr).toContain(up.near);
	expect(ran.stderr).not.toContain('--allow-delete');
	expect([existsSync(up.near), existsSync(up.far)]).toEqual([false, false]);
});

test('a root that is a file is left as it is, and said', async () => {
	const {near, far} = await newRule(pair, 'sync_bidi');
	put(near, 'a.txt', 'a');
	writeFileSync(far, 'a file');
	const ran = await pair.console('sync');
	expect(ran, shown(ran)).toMatchObject({code: 5});
	expect(ran.stdout).toMatch(/halted: .* on the host is not a folder/);
	expect(ran.stderr).not.toContain('--allow-delete');
	expect(got(path.dirname(far), path.basename(far))).toBe('a file');
});

test.each(['far', 'near'] as const)(
	'a disk that is full halts the rule (%s), and nothing half-written stands in place',
	async full => {
		const trees = await newRule(pair, 'sync_bidi');
		const from = full === 'far' ? trees.near : trees.far;
		using disk = mountSmallDisk(trees[full], 4_000_000);
		put(from, 'small.txt', 'small');
		expect((await pair.console('sync')).code).toBe(0);
		// Larger than what is free: by rsync. And more small ones than fit.
		put(from, 'large.bin', Buffer.alloc(6_000_000, 'x'));
		put(from, 'small.txt', 'small, changed');
		for (let index = 0; index < 40; index++) put(from, `many/${index}`, Buffer.alloc(200_000, 'y'));
		const ran = await pair.console('sync');
		expect(ran, shown(ran)).toMatchObject({code: 1});
		expect(ran.stdout).toMatch(
			`halted: the disk is full on ${full === 'far' ? 'the host' : 'this side'}`,
		);
		const listed = await pair.console('conflicts');
		expect(listed, shown(listed)).toMatchObject({code: 5});
		expect(listed.stdout).toContain('the disk is full');
		expect(['small', 'small, changed']).toContain(got(disk.folder, 'small.txt'));
		expect(existsSync(path.join(disk.folder, 'large.bin'))).toBe(false);
		const arrived = existsSync(path.join(disk.folder, 'many'))
			? readdirSync(path.join(disk.folder, 'many'))
			: [];
		for (const name of arrived) expect(got(disk.folder, `many/${name}`)).toBe('y'.repeat(200_000));

		// Room again: it goes on by itself.
		rmSync(path.join(from, 'large.bin'));
		rmSync(path.join(from, 'many'), {recursive: true});
		const after = await pair.console('sync', '--allow-delete');
		expect(after, shown(after)).toMatchObject({code: 0});
		expect(got(disk.folder, 'small.txt')).toBe('small, changed');
		expect(names(disk.folder)).toEqual(['small.txt']);
	},
);
