import {expect, test} from 'vitest';
import type {Operation} from '../../../source/sync/plan/operation.ts';
import {partByUrgency} from '../../../source/sync/plan/urgent.ts';

const put = (path: string): Operation => ({
	kind: 'put',
	path,
	signature: 'f1',
	size: 1,
	mtimeMs: 0,
	expected: undefined,
	copy: undefined,
});
const mkdir = (path: string): Operation => ({kind: 'mkdir', path});
const part = (operations: Operation[], ...folders: string[]) => {
	const {first, rest} = partByUrgency(operations, new Set(folders));
	const shown = (list: Operation[]) => list.map(({kind, path}) => `${kind} ${path}`);
	return [shown(first), shown(rest)];
};

test('what was saved goes first, with the folders that it needs, in their order', () => {
	const operations = [mkdir('a'), mkdir('b'), mkdir('b/c'), put('a/x'), put('b/c/y'), put('b/z')];
	expect(part(operations, 'b/c')).toEqual([
		['mkdir b', 'mkdir b/c', 'put b/c/y'],
		['mkdir a', 'put a/x', 'put b/z'],
	]);
	expect(part(operations)[0]).toEqual([]);
	expect(part([put('top'), mkdir('a'), put('a/x')], '')[0]).toEqual(['put top']);
});

test('what needs a name that is freed before keeps its place', () => {
	const aside: Operation = {kind: 'aside', path: 'a', to: 'a.old', expected: 'f1'};
	expect(part([aside, mkdir('a'), put('a/x')], 'a')[0]).toEqual([]);
	const remove: Operation = {kind: 'remove', path: 'a/x', expected: 'l1'};
	expect(part([remove, put('a/x'), put('a/y')], 'a')[0]).toEqual(['put a/y']);
});

test('nothing of a repository goes out of its order', () => {
	expect(part([put('.git/objects/1'), put('.git/HEAD')], '.git')[0]).toEqual([]);
});
