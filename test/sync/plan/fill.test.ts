import {expect, test} from 'vitest';
import {fileSignature} from '../../../source/sync/entry.ts';
import {gatherFills, operationsOf, type Step} from '../../../source/sync/plan/fill.ts';
import type {Operation, Put} from '../../../source/sync/plan/operation.ts';

const signature = fileSignature('a'.repeat(43), false);
const put = (path: string, rest: Partial<Put> = {}): Put => ({
	kind: 'put',
	path,
	signature,
	size: 5,
	mtimeMs: 7,
	expected: undefined,
	copy: undefined,
	...rest,
});
const mkdir = (path: string): Operation => ({kind: 'mkdir', path});
const gather = (operations: Operation[], halves: string[] = []) =>
	gatherFills(operations, {
		halves: new Set(halves),
		isSmall: ({size}) => size < 100,
		most: {files: 3, bytes: 50},
	});
const shown = (steps: readonly Step[]) =>
	steps.map(step =>
		step.kind === 'fill'
			? `fill ${step.path}: ${step.files.map(([name]) => name).join(' ')}`
			: `${step.kind} ${step.path}`,
	);

test('a new folder takes its new files along, each folder in its turn', () => {
	const operations = [mkdir('d'), mkdir('e'), mkdir('d/f'), put('a'), put('d/a'), put('d/f/b')];
	const steps = gather(operations);
	expect(shown(steps)).toEqual(['fill d: a', 'mkdir e', 'fill d/f: b', 'put a']);
	expect(steps[0]).toMatchObject({files: [['a', signature, 5, 7]]});
	expect(new Set(steps.flatMap(operationsOf))).toEqual(new Set(operations));
});

test.each([
	['a link', put('d/x', {signature: 'la'})],
	['a large file', put('d/x', {size: 100})],
	['what takes the place of something', put('d/x', {expected: signature})],
])('%s is put on its own', (_, other) => {
	expect(shown(gather([mkdir('d'), put('d/a'), other]))).toEqual(['fill d: a', 'put d/x']);
});

test('a folder that takes the place of something is filled file by file', () => {
	const remove: Operation = {kind: 'remove', path: 'd', expected: signature};
	expect(shown(gather([remove, mkdir('d'), put('d/a')]))).toEqual([
		'remove d',
		'mkdir d',
		'put d/a',
	]);
});

test('so is one of which the other side does something too, or to a file in it', () => {
	expect(shown(gather([mkdir('d'), put('d/a')], ['d']))).toEqual(['mkdir d', 'put d/a']);
	expect(shown(gather([mkdir('d'), put('d/a'), put('d/b')], ['d/a']))).toEqual([
		'fill d: b',
		'put d/a',
	]);
});

test('so is one that is more than a call carries', () => {
	const files = ['a', 'b', 'c', 'd'].map(name => put(`d/${name}`));
	expect(shown(gather([mkdir('d'), ...files]))[0]).toBe('mkdir d');
	expect(shown(gather([mkdir('d'), put('d/a', {size: 51})]))[0]).toBe('mkdir d');
});

test('what a repository holds keeps its order', () => {
	const steps = gather([mkdir('.git'), put('.git/HEAD'), put('.git/index')]);
	expect(shown(steps)).toEqual(['mkdir .git', 'put .git/HEAD', 'put .git/index']);
});
