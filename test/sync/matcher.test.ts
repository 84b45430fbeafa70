import {expect, test} from 'vitest';
import {createMatcher} from '../../source/sync/matcher.ts';
import {bytePath} from '../../source/sync/path.ts';
import type {SharedSettings} from '../../source/sync/settings.ts';

const settings: SharedSettings = {
	id: '0123456789abcdef',
	roots: ['/home/ann/dev', '~/dev'],
	exclude: [],
	git: 'exclude',
	dereferenceSymlinks: false,
	includeSecrets: [],
};

const verdicts = (change: Partial<SharedSettings>, ...paths: string[]) => {
	const matcher = createMatcher({...settings, ...change});
	return paths.map(path => matcher.verdict(bytePath(path.replace(/\/$/, '')), path.endsWith('/')));
};

test('patterns read as in a .gitignore', () => {
	expect(
		verdicts(
			{exclude: ['target/', '*.log', '!keep.log', '/top', 'Ü*']},
			...[
				'target/',
				'a/target/',
				'target',
				'x.log',
				'a/keep.log',
				'top',
				'a/top',
				'Übung',
				'X.LOG',
			],
		),
	).toEqual([
		'exclude',
		'exclude',
		'keep',
		'exclude',
		'keep',
		'exclude',
		'keep',
		'exclude',
		'keep',
	]);
});

test('odd names are names', () => {
	expect(verdicts({exclude: ['*.log']}, 'a\nb.log', '-rf', '"', '..a', '#x')).toEqual([
		'exclude',
		'keep',
		'keep',
		'keep',
		'keep',
	]);
	const matcher = createMatcher({...settings, exclude: ['*.log']});
	expect(matcher.verdict('caf\xE9.log', false)).toBe('exclude');
	expect(matcher.verdict('caf\xE9', false)).toBe('keep');
});

test('.git is left out by default, nested ones too; with include only its locks are', () => {
	expect(verdicts({}, '.git/', 'a/.git/', 'a/.git', '.gitignore')).toEqual([
		'exclude',
		'exclude',
		'exclude',
		'keep',
	]);
	expect(
		verdicts(
			{git: 'include'},
			'.git/',
			'.git/index',
			'.git/index.lock',
			'a/.git/refs/x.lock',
			'a.lock',
		),
	).toEqual(['keep', 'keep', 'exclude', 'exclude', 'keep']);
});

test('secret files are told apart from excluded ones, and can be let in by name', () => {
	expect(verdicts({}, '.env', 'a/.env.local', 'key.pem', '.ssh/', 'a.txt')).toEqual([
		'secret',
		'secret',
		'secret',
		'secret',
		'keep',
	]);
	expect(verdicts({includeSecrets: ['.env.example']}, '.env.example', '.env')).toEqual([
		'keep',
		'secret',
	]);
});

test('what is secret depends on where either root stands', () => {
	expect(verdicts({roots: ['/home/ann/.config', '~/cfg']}, 'gh/', 'gh/hosts.yml')).toEqual([
		'keep',
		'secret',
	]);
});

test('the working folder is never synced, whatever the rule says', () => {
	expect(verdicts({exclude: ['!.fleet-sync']}, '.fleet-sync/', 'a/.fleet-sync/')).toEqual([
		'exclude',
		'exclude',
	]);
});

test('a path from the other side is judged with every folder above it', () => {
	const matcher = createMatcher({...settings, exclude: ['build/']});
	expect(matcher.verdictFromRoot('a/build/x/y', false)).toBe('exclude');
	expect(matcher.verdictFromRoot('a/.git/hooks/pre-commit', false)).toBe('exclude');
	expect(matcher.verdictFromRoot('.ssh/id', false)).toBe('secret');
	expect(matcher.verdictFromRoot('a/b', false)).toBe('keep');
});
