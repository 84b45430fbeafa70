import {expect, test} from 'vitest';
import {partByArrival} from '../../../source/sync/plan/arrived.ts';
import type {Operation} from '../../../source/sync/plan/operation.ts';
import {inOrder} from '../../../source/sync/plan/order.ts';

const put = (path: string, content: string): Operation => ({
	kind: 'put',
	path,
	signature: `f${content}`,
	size: content.startsWith('large') ? 1e9 : 1,
	mtimeMs: 0,
	expected: undefined,
	copy: undefined,
});
const remove = (path: string, content: string): Operation => ({
	kind: 'remove',
	path,
	expected: `f${content}`,
});
const folder = (kind: 'mkdir' | 'rmdir', path: string): Operation => ({kind, path});

test.each<[string, Operation[], string[]]>([
	['nothing is large', [put('a', '1'), folder('mkdir', 'd')], []],
	['a large file waits alone', [put('a', '1'), put('b', 'large'), folder('mkdir', 'd')], ['put b']],
	[
		'a large file that was moved stays at its old name until then',
		[remove('old/a', 'large'), folder('rmdir', 'old'), put('new', 'large'), put('b', '1')],
		['remove old/a', 'rmdir old', 'put new'],
	],
	[
		'what takes the old name waits as well',
		[remove('a', 'large'), folder('mkdir', 'a'), put('a/x', '1'), put('b', 'large')],
		['remove a', 'mkdir a', 'put a/x', 'put b'],
	],
	['a small file that was removed does not wait', [remove('a', '1'), put('b', 'large')], ['put b']],
	[
		'no ref before the objects that it needs',
		[
			put('.git/objects/pack/p', 'large'),
			put('.git/objects/ab/c', '1'),
			put('.git/refs/heads/main', '2'),
			put('.git/index', '3'),
			put('a', '4'),
		],
		['put .git/objects/pack/p', 'put .git/refs/heads/main', 'put .git/index'],
	],
])('%s', (_, operations, later) => {
	const ordered = inOrder(operations);
	const parted = partByArrival(ordered, ({size}) => size > 1);
	expect(parted.later.map(({kind, path}) => `${kind} ${path}`)).toEqual(later);
	expect(inOrder([...parted.now, ...parted.later])).toEqual(ordered);
});
