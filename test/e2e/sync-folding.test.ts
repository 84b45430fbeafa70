import {existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';
import {mountFoldingDisk} from '../harness/folding-disk.ts';
import {got, names, newRule, put} from '../harness/sync-trees.ts';
import {until} from '../harness/until.ts';
import {sharedPair} from '../harness/shared-pair.ts';
import {shown} from '../harness/synced-pair.ts';

const pair = sharedPair();

const composed = 'caf\u00E9.txt';
const decomposed = 'cafe\u0301.txt';
const why = 'differs only in case or Unicode form from';

const sync = async (code = 0) => {
	const ran = await pair.console('sync');
	expect(ran, shown(ran)).toMatchObject({code});
	return ran.stdout;
};

/** A rule of which one side takes `a` for `A`, in step; `apart` is the side that can tell them apart. */
const folding = async (which: 'near' | 'far') => {
	const trees = await newRule(pair, 'sync_bidi');
	const disk = await mountFoldingDisk(trees[which]);
	const [folds, apart] = which === 'near' ? [trees.near, trees.far] : [trees.far, trees.near];
	put(apart, 'plain.txt', 'plain');
	await sync();
	return {trees, folds, apart, [Symbol.asyncDispose]: () => disk[Symbol.asyncDispose]()};
};

test.each(['near', 'far'] as const)(
	'names that one side cannot tell apart are left alone, both of them, and said (%s)',
	async which => {
		await using side = await folding(which);
		const {folds, apart} = side;
		put(apart, 'README.md', 'upper');
		put(apart, 'Readme.md', 'lower');
		put(apart, composed, 'composed');
		put(apart, decomposed, 'decomposed');
		put(apart, 'Source/a.txt', 'a');
		put(apart, 'source/b.txt', 'b');
		put(apart, 'other.txt', 'other');
		const said = await sync();
		for (const [name, other] of [
			['README.md', 'Readme.md'],
			[composed, decomposed],
			['Source', 'source'],
		] as const) {
			expect(said).toContain(`left alone: ${name}: ${why} ${other}`);
			expect(said).toContain(`left alone: ${other}: ${why} ${name}`);
		}

		expect(names(folds)).toEqual(['other.txt', 'plain.txt']);
		expect(names(apart)).toHaveLength(8);

		// One of them goes: the other is a name like any.
		rmSync(path.join(apart, 'README.md'));
		rmSync(path.join(apart, decomposed));
		rmSync(path.join(apart, 'source'), {recursive: true});
		expect(await sync()).not.toContain(why);
		expect(got(folds, 'Readme.md')).toBe('lower');
		expect(got(folds, composed)).toBe('composed');
		expect(got(folds, 'Source/a.txt')).toBe('a');
	},
);

test('a new name beside one that is in step changes neither, nor what stands below', async () => {
	await using side = await folding('near');
	const {folds, apart} = side;
	put(apart, 'notes.txt', 'notes');
	put(apart, 'src/a.txt', 'a');
	await sync();
	put(apart, 'Notes.txt', 'newer');
	put(apart, 'Src/b.txt', 'b');
	const said = await sync();
	expect(said).toContain(`left alone: Notes.txt: ${why} notes.txt`);
	expect(said).toContain(`left alone: Src: ${why} src`);
	expect(got(folds, 'notes.txt')).toBe('notes');
	expect(readdirSync(path.join(folds, 'src'))).toEqual(['a.txt']);
	expect([readdirSync(path.join(apart, 'src')), readdirSync(path.join(apart, 'Src'))]).toEqual([
		['a.txt'],
		['b.txt'],
	]);
	expect(got(apart, 'Notes.txt')).toBe('newer');
});

test('a name that only changes its case is renamed on the other side, both ways', async () => {
	await using side = await folding('near');
	const {trees, folds, apart} = side;
	const rename = (root: string, from: string, to: string) =>
		renameSync(path.join(root, from), path.join(root, to));
	put(apart, 'notes.txt', 'notes');
	put(apart, 'src/a.txt', 'a');
	await sync();
	rename(apart, 'notes.txt', 'Notes.txt');
	rename(apart, 'src', 'Src');
	await sync();
	expect(names(folds)).toEqual(['Notes.txt', 'Src', 'plain.txt']);
	rename(folds, 'Notes.txt', 'NOTES.txt');
	rename(folds, 'Src', 'SRC');
	await sync();
	expect(names(apart)).toEqual(['NOTES.txt', 'SRC', 'plain.txt']);
	expect([got(apart, 'SRC/a.txt'), got(folds, 'SRC/a.txt')]).toEqual(['a', 'a']);
	expect(existsSync(path.join(trees.far, 'src'))).toBe(false);
});

test('edits, conflicts and deletions are as anywhere, though names are replaced by renaming aside', async () => {
	await using side = await folding('far');
	const {folds, apart} = side;
	put(apart, 'a.txt', '1');
	put(apart, 'b.txt', '1');
	put(apart, 'd/large.bin', Buffer.alloc(600_000, 'l'));
	await sync();
	put(folds, 'A.txt', '2');
	writeFileSync(path.join(apart, 'b.txt'), 'laptop');
	writeFileSync(path.join(folds, 'b.txt'), 'host');
	await sync(5);
	expect(got(apart, 'a.txt')).toBe('2');
	expect([got(apart, 'b.txt'), got(folds, 'b.txt')]).toEqual(['laptop', 'laptop']);
	expect(names(folds)).toEqual(names(apart));
	rmSync(path.join(folds, 'd'), {recursive: true});
	mkdirSync(path.join(apart, 'empty'));
	await sync();
	expect(names(folds)).toEqual(names(apart));
	expect(existsSync(path.join(apart, 'd'))).toBe(false);
});

test('what another machine changes on a network file system is found by polling, and it says that it polls', async () => {
	const trees = await newRule(pair, 'sync_bidi');
	await using disk = await mountFoldingDisk(trees.near);
	put(trees.near, 'd/a.txt', '1');
	await using watching = await pair.watch();
	const seen = watching.said;
	await until(() => seen().includes('polls: this side: a network file system (FUSE'), 'polls', {
		seen,
		timeoutMs: 30_000,
	});
	// Beside the mount, as another machine would.
	writeFileSync(path.join(disk.source, 'd/a.txt'), 'from elsewhere');
	await until(() => got(trees.far, 'd/a.txt') === 'from elsewhere', 'over', {
		seen,
		timeoutMs: 30_000,
	});
	put(trees.far, 'd/b.txt', 'back');
	await until(() => existsSync(path.join(disk.source, 'd/b.txt')), 'back', {
		seen,
		timeoutMs: 30_000,
	});
});
