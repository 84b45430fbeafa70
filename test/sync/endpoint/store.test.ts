import {mkdtempSync, rmSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {openEndpointStore, type EndpointStore} from '../../../source/sync/endpoint/store.ts';

let folder: string;
let store: EndpointStore;
let other: EndpointStore;

beforeEach(() => {
	folder = mkdtempSync(path.join(os.tmpdir(), 'store-'));
	store = openEndpointStore(path.join(folder, 'side.db'));
	other = openEndpointStore(path.join(folder, 'side.db'));
});

afterEach(() => {
	store.close();
	other.close();
	rmSync(folder, {recursive: true});
});

const seen = (name: string) => ({
	version: 'v',
	children: [[name, 'fx', 1, 1, 1, 1, 0] as never],
	left: [],
});
const names = (of: EndpointStore, at: string) => of.folder(at)?.children.map(([name]) => name);

test('what another process wrote is known after a refresh', () => {
	store.refresh();
	store.putFolder('a', 1, seen('one'));
	store.refresh();
	expect(names(store, 'a')).toEqual(['one']);
	other.putFolder('a', 2, seen('two'));
	store.refresh();
	expect(names(store, 'a')).toEqual(['two']);
});

test('a dropped folder is forgotten with all below it, and with nothing beside it', () => {
	for (const name of ['a', 'a/b', 'a/b/c', 'a-b', 'ab']) store.putFolder(name, 1, seen('f'));
	store.dropFolders('a', 2);
	expect(['a', 'a/b', 'a/b/c'].map(name => store.folder(name))).toEqual(Array(3).fill(undefined));
	expect(['a-b', 'ab'].map(name => names(store, name))).toEqual([['f'], ['f']]);
});

test('what was rolled back was never there', () => {
	store.putFolder('a', 1, seen('before'));
	expect(() =>
		store.transaction(() => {
			store.putFolder('a', 2, seen('after'));
			throw new Error('no');
		}),
	).toThrow('no');
	expect(names(store, 'a')).toEqual(['before']);
});
