import {mkdtempSync, rmSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {pageOfChanges} from '../../../source/sync/endpoint/changes.ts';
import type {ChangesPage} from '../../../source/sync/endpoint/endpoint.ts';
import {openEndpointStore, type EndpointStore} from '../../../source/sync/endpoint/store.ts';

let folder: string;
let store: EndpointStore;

beforeEach(() => {
	folder = mkdtempSync(path.join(os.tmpdir(), 'changes-'));
	store = openEndpointStore(path.join(folder, 'side.db'));
});

afterEach(() => {
	store.close();
	rmSync(folder, {recursive: true});
});

const put = (at: string, count: number, sequence = 1) => {
	const children = Array.from({length: count}, (_, index) => [`f${index}`, 'fx', 1, 1, 1, 1, 0]);
	store.putFolder(at, sequence, {version: 'v', children, left: []} as never);
	store.setSequence(sequence);
};

/** The pages after a first one of at most `entries`, and that one. */
const pages = (since: ChangesPage['cursor'] | undefined, entries?: number): ChangesPage[] => {
	const found = [pageOfChanges(store, since, entries)];
	while (found.at(-1)!.more) found.push(pageOfChanges(store, found.at(-1)!.cursor));
	return found;
};

const paths = (found: ChangesPage[]) => found.map(page => page.folders.map(({path: at}) => at));

test('all folders in one page where they fit', () => {
	for (const name of ['', 'a', 'b']) put(name, 3);
	expect(paths(pages(undefined))).toEqual([['', 'a', 'b']]);
});

test('a small first page, and the rest in the next', () => {
	for (const name of ['', 'a', 'b']) put(name, 3);
	const found = pages(undefined, 4);
	expect(paths(found)).toEqual([[''], ['a', 'b']]);
	expect(found.map(({reset}) => reset)).toEqual([true, false]);
});

test('a folder that is larger than a small page waits for the next one', () => {
	put('', 30_000);
	expect(paths(pages(undefined, 4))).toEqual([[], ['']]);
});

test('only what changed since, and nothing after that', () => {
	put('', 2);
	const [first] = pages(undefined);
	put('a', 2, 2);
	const found = pages(first!.cursor, 100);
	expect(paths(found)).toEqual([['a']]);
	expect(paths(pages(found.at(-1)!.cursor))).toEqual([[]]);
});
