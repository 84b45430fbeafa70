import {describe, expect, test} from 'vitest';
import {plan} from '../../../source/sync/plan/plan.ts';
import type {PlanRule} from '../../../source/sync/plan/operation.ts';
import {differencesOf, tree} from './memory-tree.ts';

const rule: PlanRule = {
	direction: 'bidi',
	owner: 'local',
	conflict: 'keep-both',
	folds: {local: false, remote: false},
	stamp: '20260102030405',
};

type Cell = string | undefined;

const planned = (base: Cell, local: Cell, remote: Cell, change: Partial<PlanRule> = {}) => {
	const at = (cell: Cell) => tree(cell === undefined ? {} : {'a.txt': cell});
	const made = plan(differencesOf(at(base), at(local), at(remote)), {...rule, ...change});
	const short = (side: 'local' | 'remote') =>
		made[side].map(operation =>
			[
				side,
				operation.kind,
				'signature' in operation ? operation.signature : '',
				'copy' in operation && operation.copy !== undefined ? 'keeping' : '',
			]
				.join(' ')
				.replace(/ +/g, ' ')
				.trim(),
		);
	return [...short('local'), ...short('remote'), ...made.agreed.map(([, is]) => `agreed ${is}`)];
};

describe('a rule that goes both ways', () => {
	test.each<[string, Cell, Cell, Cell, string[]]>([
		['nothing changed', 'f1', 'f1', 'f1', []],
		['new on the laptop', undefined, 'f1', undefined, ['remote put f1']],
		['new on the host', undefined, undefined, 'f1', ['local put f1']],
		['the same on both at first', undefined, 'f1', 'f1', ['agreed f1']],
		['changed on the laptop', 'f1', 'f2', 'f1', ['remote put f2']],
		['changed on the host', 'f1', 'f1', 'f2', ['local put f2']],
		['changed alike', 'f1', 'f2', 'f2', ['agreed f2']],
		['deleted on the laptop', 'f1', undefined, 'f1', ['remote remove']],
		['deleted on the host', 'f1', 'f1', undefined, ['local remove']],
		['deleted on both', 'f1', undefined, undefined, ['agreed undefined']],
		['a change beats the host’s delete', 'f1', 'f2', undefined, ['remote put f2']],
		['a change beats the laptop’s delete', 'f1', undefined, 'f2', ['local put f2']],
		['changed on both', 'f1', 'f2', 'f3', ['remote put f2 keeping']],
		['different at first', undefined, 'f2', 'f3', ['remote put f2 keeping']],
		['made executable', 'f1', 'x1', 'f1', ['remote mode x1']],
		['edited here, made executable there', 'f1', 'f2', 'x1', ['local mode x2', 'remote put x2']],
		['made executable here, edited there', 'f1', 'x1', 'f2', ['local put x2', 'remote mode x2']],
		['changed alike, made executable there', 'f1', 'f2', 'x2', ['local mode x2']],
		['changed alike, no longer executable here', 'x1', 'f2', 'x2', ['remote mode f2']],
		['a link against a file', 'f1', 'lto', 'f2', ['remote put lto keeping']],
		['a file became a folder', 'f1', 'd', 'f1', ['remote remove', 'remote mkdir']],
		['a folder became a file', 'd', 'f1', 'd', ['remote rmdir', 'remote put f1']],
		['a folder against a changed file', 'f1', 'd', 'f2', ['remote aside', 'remote mkdir']],
		['a folder kept for what is excluded', 'k', undefined, 'd', []],
		['a kept folder that is gone', 'k', undefined, undefined, ['agreed undefined']],
		['a socket against a file', 'f1', 'f2', '!special', []],
		['a file that keeps changing', 'f1', '!changing', 'f2', []],
	])('%s', (_, base, local, remote, expected) => {
		expect(planned(base, local, remote)).toEqual(expected);
	});

	test('the owner keeps the name', () => {
		expect(planned('f1', 'f2', 'f3', {owner: 'remote'})).toEqual(['local put f3 keeping']);
	});

	test('with conflict = "owner" the other version goes to the trash', () => {
		expect(planned('f1', 'f2', 'f3', {conflict: 'owner'})).toEqual(['remote put f2']);
	});

	test('what lives in a folder brings the folder back', () => {
		const made = plan(
			differencesOf(tree({d: 'd', 'd/a': 'f1'}), tree({}), tree({d: 'd', 'd/a': 'f2'})),
			rule,
		);
		expect(made.local.map(operation => `${operation.kind} ${operation.path}`)).toEqual([
			'mkdir d',
			'put d/a',
		]);
		expect(made.remote).toEqual([]);
	});

	test('nothing below an unreadable folder is taken for deleted', () => {
		const made = plan(
			differencesOf(
				tree({d: 'd', 'd/a': 'f1'}),
				tree({d: 'd', 'd/a': 'f1'}),
				tree({d: '!unreadable'}),
			),
			rule,
		);
		expect([...made.local, ...made.remote, ...made.agreed]).toEqual([]);
		expect(made.blocked).toEqual([{path: 'd', reason: 'remote: cannot be read', isFailure: true}]);
	});

	test('names that a side would take for one are left alone, and named', () => {
		const made = plan(differencesOf(tree({}), tree({Readme: 'f1', README: 'f2'}), tree({})), {
			...rule,
			folds: {local: false, remote: true},
		});
		expect(made.remote).toEqual([]);
		expect(made.blocked.map(({path}) => path).sort()).toEqual(['README', 'Readme']);
	});

	test('a name that one side takes for one in step is left alone, and the other goes on', () => {
		const made = plan(
			differencesOf(
				tree({src: 'd', 'src/a': 'f1'}),
				tree({src: 'd', 'src/a': 'f2', Src: 'd', 'Src/b': 'f3'}),
				tree({src: 'd', 'src/a': 'f1'}),
			),
			{...rule, folds: {local: false, remote: true}, alikeIn: () => ['src']},
		);
		expect(made.remote.map(({path}) => path)).toEqual(['src/a']);
		expect(made.blocked).toEqual([
			{path: 'Src', reason: 'differs only in case or Unicode form from src'},
		]);
	});

	test('a move counts as no deletion', () => {
		const made = plan(
			differencesOf(tree({a: 'f1', b: 'f2'}), tree({c: 'f1'}), tree({a: 'f1', b: 'f2'})),
			rule,
		);
		expect(made.deletions).toEqual({local: 0, remote: 1});
	});

	test('a repository’s objects go first and its index last', () => {
		const made = plan(
			differencesOf(
				tree({'.git': 'd', '.git/objects': 'd', '.git/refs': 'd'}),
				tree({
					'.git': 'd',
					'.git/HEAD': 'f1',
					'.git/index': 'f2',
					'.git/objects': 'd',
					'.git/objects/ab': 'f3',
					'.git/refs': 'd',
					'.git/refs/main': 'f4',
					src: 'f5',
				}),
				tree({'.git': 'd', '.git/objects': 'd', '.git/refs': 'd'}),
			),
			rule,
		);
		expect(made.remote.map(({path}) => path)).toEqual([
			'.git/objects/ab',
			'src',
			'.git/HEAD',
			'.git/refs/main',
			'.git/index',
		]);
	});

	test('a locked repository waits', () => {
		const made = plan(
			differencesOf(
				tree({'.git': 'd'}),
				tree({'.git': 'd', '.git/HEAD': 'f1', a: 'f1'}),
				tree({'.git': 'd'}),
			),
			{...rule, held: ['.git']},
		);
		expect(made.remote.map(({path}) => path)).toEqual(['a']);
	});
});

describe('a rule that goes up', () => {
	const up = {direction: 'up'} as const;
	test.each<[string, Cell, Cell, Cell, string[]]>([
		['changed on the laptop', 'f1', 'f2', 'f1', ['remote put f2']],
		['deleted on the laptop', 'f1', undefined, 'f1', ['remote remove']],
		['changed on the host', 'f1', 'f1', 'f2', ['remote put f1 keeping']],
		['changed on both', 'f1', 'f2', 'f3', ['remote put f2 keeping']],
		['deleted on the host', 'f1', 'f1', undefined, ['remote put f1']],
		['added on the host', undefined, undefined, 'f1', []],
		['deleted here, changed there', 'f1', undefined, 'f2', ['agreed undefined']],
		['different at first', undefined, 'f1', 'f2', ['remote put f1 keeping']],
		[
			'a folder of the host’s where a file is',
			undefined,
			'f1',
			'd',
			['remote aside', 'remote put f1'],
		],
	])('%s', (_, base, local, remote, expected) => {
		expect(planned(base, local, remote, up)).toEqual(expected);
	});

	test('what the host added to a folder keeps the folder, and is drift', () => {
		const made = plan(
			differencesOf(
				tree({d: 'd', 'd/a': 'f1'}),
				tree({}),
				tree({d: 'd', 'd/a': 'f1', 'd/b': 'f2'}),
			),
			{...rule, ...up},
		);
		expect(made.remote.map(({kind, path}) => `${kind} ${path}`)).toEqual(['remove d/a']);
		expect(made.drift.map(({path, change}) => `${change} ${path}`).sort()).toEqual([
			'added d',
			'added d/b',
		]);
	});

	test('below a folder’s name that the host’s file keeps, nothing is sent again and again', () => {
		const copy = 'd.sync-conflict-20260101000000-remote';
		const made = plan(
			differencesOf(
				tree({d: 'd', 'd/a': 'f1'}),
				tree({d: 'd', 'd/a': 'f1'}),
				tree({d: 'f3', [copy]: 'f2'}),
			),
			{...rule, ...up},
		);
		expect(made.remote).toEqual([]);
		expect(made.drift.map(({path}) => path).sort()).toEqual(['d', copy]);
	});

	test('a file that the host writes again and again leaves one copy', () => {
		const copy = 'a.sync-conflict-20260101000000-remote.txt';
		const made = plan(
			differencesOf(
				tree({'a.txt': 'f1'}),
				tree({'a.txt': 'f1'}),
				tree({'a.txt': 'f3', [copy]: 'f2'}),
			),
			{...rule, ...up},
		);
		expect(made.remote).toEqual([]);
		expect(made.drift.map(({path}) => path).sort()).toEqual([copy, 'a.txt']);
	});
});
