import {mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {createMatcher, workFolder} from '../../../source/sync/matcher.ts';
import {
	createFolderWatches,
	type FolderWatches,
} from '../../../source/sync/watch/folder-watches.ts';
import {until} from '../../harness/until.ts';

let root: string;
let told: Set<string>;
let watches: FolderWatches;

beforeEach(async () => {
	root = mkdtempSync(path.join(os.tmpdir(), 'watches-'));
	for (const name of [workFolder, 'src/deep', 'target']) {
		mkdirSync(path.join(root, name), {recursive: true});
	}

	told = new Set();
	watches = createFolderWatches({
		root,
		matcher: createMatcher({
			id: 'abcdefgh01234567',
			roots: [],
			exclude: ['target/'],
			git: 'exclude',
			dereferenceSymlinks: false,
			includeSecrets: [],
		}),
		onFolder: folder => told.add(folder),
		onGap: () => told.add('a gap'),
		onEnd: () => told.add('the end'),
	});
	expect(await watches.open()).toEqual({mode: 'events'});
	told.clear();
});

afterEach(() => {
	watches.close();
	rmSync(root, {recursive: true, force: true});
});

const write = (name: string) => writeFileSync(path.join(root, name), 'x');
const hears = (folder: string) => until(() => told.has(folder), folder, {seen: () => [...told]});

test('a file that is written, and one deep down', async () => {
	write('a');
	await hears('');
	write('src/deep/b');
	await hears('src/deep');
});

test('a new folder, with what was in it before it was watched, and what comes after', async () => {
	mkdirSync(path.join(root, 'new/below'), {recursive: true});
	write('new/below/a');
	await hears('new/below');
	told.clear();
	write('new/below/b');
	await hears('new/below');
});

test('a folder that took another’s name', async () => {
	mkdirSync(path.join(root, 'other'));
	renameSync(path.join(root, 'src'), path.join(root, 'old'));
	renameSync(path.join(root, 'other'), path.join(root, 'src'));
	await hears('');
	await until(() => {
		write('src/c');
		return told.has('src');
	}, 'the folder that has the name now');
});

/** Until all that happened so far was told, and is forgotten. */
const settled = async () => {
	write('mark');
	await hears('');
	told.clear();
};

test.each(['src/deep', 'src'])('%s, removed and made anew at once', async folder => {
	rmSync(path.join(root, folder), {recursive: true});
	mkdirSync(path.join(root, 'src/deep'), {recursive: true});
	await settled();
	write('src/deep/d');
	await hears('src/deep');
});

test('the root, removed and made anew at once', async () => {
	rmSync(root, {recursive: true});
	mkdirSync(root);
	// Another inode shows that it is another folder.
	const isEnded = () => told.has('the end');
	await until(() => told.has('') || isEnded(), 'the removal');
	if (!isEnded()) told.clear();
	await until(() => {
		write('e');
		return told.has('') || isEnded();
	}, 'the folder that is the root now');
});

test('that the root was moved away', async () => {
	renameSync(root, `${root}-away`);
	await hears('the end');
	rmSync(`${root}-away`, {recursive: true});
});

test('a folder in which something has its name', async () => {
	write('src/src');
	rmSync(path.join(root, 'src/src'));
	await settled();
	write('src/f');
	write('src/deep/g');
	await hears('src');
	await hears('src/deep');
});

test('neither what the rule leaves out nor sync’s own folder', async () => {
	write('target/out');
	write(`${workFolder}/stage`);
	write('src/last');
	await hears('src');
	expect([...told]).toEqual(['src']);
});
