import {expect, test} from 'vitest';
import {conflictName, conflictOf, conflictStamp} from '../../source/sync/conflict-name.ts';
import {bytePath, isPlainPath, shownPath} from '../../source/sync/path.ts';

const stamp = conflictStamp(new Date('2026-11-20T13:15:09.123Z'));

test.each([
	['a/b.txt', 'a/b.sync-conflict-20261120131509-remote.txt'],
	['Makefile', 'Makefile.sync-conflict-20261120131509-remote'],
	['.bashrc', '.bashrc.sync-conflict-20261120131509-remote'],
	['a.tar.gz', 'a.tar.sync-conflict-20261120131509-remote.gz'],
	['a.b/c', 'a.b/c.sync-conflict-20261120131509-remote'],
])('the other version of %s', (path, copy) => {
	expect(conflictName(path, 'remote', stamp)).toBe(copy);
	expect(conflictOf(copy)).toBe(path);
});

test('a further copy gets a number and is still known', () => {
	const copy = conflictName('a.txt', 'local', stamp, 2);
	expect(copy).toBe('a.sync-conflict-20261120131509-local-2.txt');
	expect(conflictOf(copy)).toBe('a.txt');
	expect(conflictOf('a.txt')).toBeUndefined();
});

test('a long name is cut to what a file system takes, between characters', () => {
	const copy = conflictName(bytePath(`${'é'.repeat(125)}.txt`), 'local', stamp);
	expect(copy.length).toBeLessThanOrEqual(255);
	expect(shownPath(copy)).not.toContain('\uFFFD');
});

test.each(['', '..', 'a/../b', '/a', 'a//b', 'a/', './a', 'a\0', 'a/.', '\u0100'])(
	'%j is no path that the other side may name',
	path => {
		expect(isPlainPath(path)).toBe(false);
	},
);
