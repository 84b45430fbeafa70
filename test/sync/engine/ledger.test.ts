import {mkdtempSync, rmSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {openLedger, type Ledger} from '../../../source/sync/engine/ledger.ts';

let folder: string;
let ledger: Ledger;

beforeEach(() => {
	folder = mkdtempSync(path.join(os.tmpdir(), 'ledger-'));
	ledger = openLedger(path.join(folder, 'rule.db'));
});

afterEach(() => {
	ledger.close();
	rmSync(folder, {recursive: true});
});

const hear = (side: 'local' | 'remote', files: Record<string, string>) =>
	ledger.apply(side, [
		{path: 'a', entries: Object.entries(files).map(([name, signature]) => [name, signature, 1, 1])},
	]);
const differing = () => [...ledger.differences().keys()].sort();

test('what both sides have alike is agreed as soon as the second tells of it', () => {
	hear('local', {same: 'f1', other: 'f2'});
	hear('remote', {same: 'f1', other: 'f3'});
	expect(differing()).toEqual(['a/other']);
	expect(ledger.fileCount()).toBe(1);
});

test('what is left alone on both sides is agreed on by neither', () => {
	hear('local', {pipe: '!special'});
	hear('remote', {pipe: '!special'});
	expect(differing()).toEqual(['a/pipe']);
});

test('what is gone from a side differs, and no more when it is back', () => {
	for (const side of ['local', 'remote'] as const) hear(side, {file: 'f1'});
	hear('remote', {});
	expect(ledger.differences().get('a/file')).toMatchObject({base: 'f1', remote: undefined});
	hear('remote', {file: 'f1'});
	expect(differing()).toEqual([]);
});

test('a path that a transaction names twice ends as the last of them', () => {
	hear('local', {name: 'd'});
	hear('remote', {name: 'f1'});
	ledger.settle(
		'remote',
		[
			['a/name', undefined],
			['a/name', {signature: 'd', size: 0, mtimeMs: 0}],
		],
		[
			['a/name', undefined],
			['a/name', 'd'],
		],
	);
	expect(differing()).toEqual([]);
});

test('a transaction that fails leaves the book as it was, also what it holds in memory', () => {
	hear('local', {file: 'f1'});
	expect(() =>
		ledger.transaction(() => {
			hear('local', {});
			throw new Error('no');
		}),
	).toThrow('no');
	expect(differing()).toEqual(['a/file']);
});
