import {
	chmodSync,
	lstatSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	utimesSync,
	writeFileSync,
} from 'node:fs';
import path from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import type {TreeEndpoint} from '../../../source/sync/endpoint/endpoint.ts';
import {createLocalEndpoint} from '../../../source/sync/endpoint/local-endpoint.ts';
import {hashOf} from '../../../source/sync/endpoint/read-stable.ts';
import type {Fill, Step} from '../../../source/sync/plan/fill.ts';
import {plainSettings} from '../../harness/plain-settings.ts';

let base: string;
let root: string;
let endpoint: TreeEndpoint;
/** What a user does as the folder is about to be moved to its place. */
let meanwhile: () => void;

beforeEach(async () => {
	base = mkdtempSync('/tmp/fill-');
	root = path.join(base, 'root');
	mkdirSync(root);
	meanwhile = () => {};
	endpoint = createLocalEndpoint({
		side: 'local',
		root,
		settings: {
			...plainSettings,
		},
		stateFolder: path.join(base, 'state'),
		step(name) {
			if (name === 'fill folder') meanwhile();
		},
	});
	await endpoint.open({create: false});
	await scanAll();
});
afterEach(async () => {
	await endpoint.close();
	rmSync(base, {recursive: true, force: true});
});

const at = (...names: string[]) => path.join(root, ...names);
const signature = (text: string, kind = 'f') => `${kind}${hashOf(Buffer.from(text))}`;
const mtimeMs = 1_600_000_000_000;
const fill = (
	folder: string,
	...files: Array<[name: string, text: string, kind?: string]>
): Fill => ({
	kind: 'fill',
	path: folder,
	files: files.map(([name, text, kind]) => [name, signature(text, kind), text.length, mtimeMs]),
});
const commit = (operations: Step[], contents: Record<string, string>) =>
	endpoint.commit({
		txn: 'a1',
		operations,
		contents: Object.entries(contents).map(([file, text]) => ({
			path: file,
			signature: signature(text),
			bytes: Buffer.from(text),
		})),
		packs: [],
		filled: false,
	});
const scanAll = () => endpoint.scan({full: true, folders: [], since: undefined, inlineBytes: 0});
const staged = () => readdirSync(at(`.fleet-sync/stage-${plainSettings.id}`));
const stageBefore = () => staged().filter(name => name.startsWith('a1'));

test('a new folder stands there with all its files, and no scan finds anything new', async () => {
	const steps = [fill('d', ['a', 'one'], ['run', 'two', 'x']), fill('d/e', ['b', 'three'])];
	const {results, reach} = await commit(steps, {'d/a': 'one', 'd/run': 'two', 'd/e/b': 'three'});
	expect(results).toEqual([
		{path: 'd', status: 'done'},
		{path: 'd/e', status: 'done'},
	]);
	expect(readFileSync(at('d/a'), 'utf8')).toBe('one');
	expect(readFileSync(at('d/e/b'), 'utf8')).toBe('three');
	expect(lstatSync(at('d/run')).mode & 0o100).toBe(0o100);
	expect(lstatSync(at('d/a')).mtimeMs).toBe(mtimeMs);
	expect(await endpoint.done('a1')).toEqual([
		['d', 'd'],
		['d/e', 'd'],
	]);
	expect(stageBefore()).toEqual([]);
	const {changes} = await scanAll();
	expect(changes.cursor.sequence).toBe(reach.after);
	expect(await endpoint.differing(['', 'd', 'd/e'])).toEqual([]);
});

test('an edit in it a moment later is seen', async () => {
	await commit([fill('d', ['a', 'one'])], {'d/a': 'one'});
	writeFileSync(at('d/a'), 'two');
	expect(await endpoint.differing(['d'])).toEqual(['d']);
});

test('what did not arrive whole is left out and named, and the rest is there', async () => {
	const {results} = await commit([fill('d', ['a', 'one'], ['b', 'two'], ['c', 'three'])], {
		'd/a': 'one',
		'd/b': 'torn',
	});
	expect(results).toEqual([
		{
			path: 'd',
			status: 'done',
			except: [
				{path: 'd/b', status: 'stale'},
				{path: 'd/c', status: 'stale'},
			],
		},
	]);
	expect(readdirSync(at('d'))).toEqual(['a']);
	expect(await endpoint.done('a1')).toEqual([['d/a', signature('one')]]);
});

test.each([
	['a path', ['e/../../x', signature('one'), 3, mtimeMs]],
	['a link', ['x', 'la', 0, mtimeMs]],
	['a folder', ['x', 'd', 0, mtimeMs]],
] as const)('%s is no file of a folder that is filled', async (_, file) => {
	const step: Fill = {kind: 'fill', path: 'd', files: [[...file]]};
	const {results} = await commit([step], {'d/e/../../x': 'one'});
	expect(results).toMatchObject([{status: 'done', except: [{status: 'refused'}]}]);
	expect(readdirSync(at('d'))).toEqual([]);
	expect(readdirSync(root)).toEqual(['.fleet-sync', 'd']);
});

test('a folder that a user made meanwhile keeps what it has and gets the others', async () => {
	meanwhile = () => {
		mkdirSync(at('d'));
		writeFileSync(at('d/a'), 'mine');
	};
	const {results} = await commit([fill('d', ['a', 'one'], ['b', 'two'])], {
		'd/a': 'one',
		'd/b': 'two',
	});
	expect(results).toMatchObject([{status: 'done', except: [{path: 'd/a', status: 'stale'}]}]);
	expect(readFileSync(at('d/a'), 'utf8')).toBe('mine');
	expect(readFileSync(at('d/b'), 'utf8')).toBe('two');
	expect(stageBefore()).toEqual([]);
});

test('a file that took the name stays', async () => {
	meanwhile = () => writeFileSync(at('d'), 'mine');
	const {results} = await commit([fill('d', ['a', 'one'])], {'d/a': 'one'});
	expect(results).toEqual([{path: 'd', status: 'stale'}]);
	expect(readFileSync(at('d'), 'utf8')).toBe('mine');
	expect(stageBefore()).toEqual([]);
});

test('a folder that was known, and is gone, is looked at anew', async () => {
	await commit([fill('d', ['a', 'one'])], {'d/a': 'one'});
	rmSync(at('d'), {recursive: true});
	await commit([fill('d', ['b', 'two'])], {'d/b': 'two'});
	const {changes} = await scanAll();
	const seen = changes.folders.find(folder => folder.path === 'd')?.entries;
	expect(seen?.map(([name]) => name)).toEqual(['b']);
});

test('where a folder gives its group to what is made in it, that is made in it', async () => {
	mkdirSync(at('shared'));
	chmodSync(at('shared'), 0o2775);
	await commit([fill('shared/d', ['a', 'one'])], {'shared/d/a': 'one'});
	expect(lstatSync(at('shared/d')).mode & 0o2000).toBe(0o2000);
	expect(readFileSync(at('shared/d/a'), 'utf8')).toBe('one');
});

test('files in hundreds of folders are replaced by one transaction', async () => {
	const names = Array.from({length: 300}, (_, index) => `d${index}`);
	for (const name of names) {
		mkdirSync(at(name));
		writeFileSync(at(name, 'a'), 'old');
		utimesSync(at(name, 'a'), 1e9, 1e9);
	}

	await scanAll();
	const put = (name: string): Step => ({
		kind: 'put',
		path: `${name}/a`,
		signature: signature('new'),
		size: 3,
		mtimeMs,
		expected: signature('old'),
		copy: undefined,
	});
	const {results} = await commit(
		names.map(put),
		Object.fromEntries(names.map(name => [`${name}/a`, 'new'])),
	);
	expect(results.filter(({status}) => status !== 'done')).toEqual([]);
	expect(names.filter(name => readFileSync(at(name, 'a'), 'utf8') !== 'new')).toEqual([]);
});

test('a folder in place of which there is a file by now is no error to a look below it', async () => {
	mkdirSync(at('d/e'), {recursive: true});
	await scanAll();
	rmSync(at('d'), {recursive: true});
	writeFileSync(at('d'), 'file');
	const {changes} = await endpoint.scan({
		full: false,
		folders: ['d/e'],
		since: undefined,
		inlineBytes: 0,
	});
	const seen = changes.folders.find(folder => folder.path === '')?.entries;
	expect(seen?.map(([name, is]) => [name, is])).toEqual([['d', signature('file')]]);
});
