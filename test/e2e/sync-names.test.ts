import {execFileSync} from 'node:child_process';
import {
	chmodSync,
	existsSync,
	lstatSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	readlinkSync,
	rmSync,
	statSync,
	symlinkSync,
	utimesSync,
	writeFileSync,
} from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import {once} from 'node:events';
import {expect, test} from 'vitest';
import {got, names, newRule, put} from '../harness/sync-trees.ts';
import {sharedPair} from '../harness/shared-pair.ts';
import {shown} from '../harness/synced-pair.ts';

const pair = sharedPair();

const native = (root: string, name: string) => Buffer.from(path.join(root, name), 'latin1');
const listed = (root: string) =>
	readdirSync(root, {encoding: 'latin1'})
		.filter(name => name !== '.fleet-sync')
		.sort();

test('names of every kind arrive right, beside the operations and by rsync, both ways', async () => {
	const {near, far} = await newRule(pair, 'sync_bidi');
	// The bytes of each, one character each: not all of them are UTF-8.
	const odd = [
		'new\nline',
		'-rf',
		'--delete',
		`it's "quoted" $HOME \`id\``,
		'caf\xE9',
		'caf\xC3\xA9',
		' space ',
		'*?[x]',
		'back\\slash',
		'#!',
		'\x1B[31m',
		`${'x'.repeat(251)}.txt`,
	];
	for (const [root, side] of [
		[near, 'n'],
		[far, 'f'],
	] as const) {
		mkdirSync(native(root, `dir ${side} \n`), {recursive: true});
		for (const name of odd) {
			const first = name.startsWith('x') ? name.slice(2) : name;
			writeFileSync(native(root, `${side}${first}`), name);
			writeFileSync(native(root, `dir ${side} \n/${name}`), Buffer.alloc(300_000, name, 'latin1'));
		}
	}

	const ran = await pair.console('sync');
	expect(ran, shown(ran)).toMatchObject({code: 0, stderr: ''});
	expect(listed(far)).toEqual(listed(near));
	expect(listed(near)).toHaveLength(2 * odd.length + 2);
	for (const side of ['n', 'f']) {
		for (const name of odd) {
			const file = `dir ${side} \n/${name}`;
			expect(readFileSync(native(far, file)).equals(readFileSync(native(near, file)))).toBe(true);
		}
	}
});

test('links that stay inside are kept, others are shown and left alone, whatever is special is named', async () => {
	const {near, far} = await newRule(pair, 'sync_bidi');
	put(near, 'd/a.txt', 'a');
	symlinkSync('d/a.txt', path.join(near, 'inside'));
	symlinkSync('../d', path.join(near, 'd/up'));
	symlinkSync('nowhere', path.join(near, 'dangling'));
	symlinkSync('/etc/hostname', path.join(near, 'absolute'));
	symlinkSync('../../outside', path.join(near, 'd/escapes'));
	execFileSync('mkfifo', [path.join(near, 'pipe')]);
	const server = net.createServer().listen(path.join(near, 'socket'));
	await once(server, 'listening');
	mkdirSync(path.join(near, 'empty/deep'), {recursive: true});
	put(near, 'run', '#!/bin/sh\n');
	chmodSync(path.join(near, 'run'), 0o755);
	utimesSync(path.join(near, 'run'), 1_500_000_000, 1_500_000_000);
	const ran = await pair.console('sync');
	server.close();
	expect(ran, shown(ran)).toMatchObject({code: 0});
	for (const [name, why] of [
		['absolute', 'is a link that is absolute or leaves the root'],
		['d/escapes', 'is a link that is absolute or leaves the root'],
		['pipe', 'is a socket, a device or a FIFO'],
		['socket', 'is a socket, a device or a FIFO'],
	]) {
		expect(ran.stdout).toContain(`left alone: ${name}: local: ${why}`);
	}

	expect(names(far)).toEqual(['d', 'dangling', 'empty', 'inside', 'run']);
	expect(readlinkSync(path.join(far, 'inside'))).toBe('d/a.txt');
	expect(readlinkSync(path.join(far, 'd/up'))).toBe('../d');
	expect(readlinkSync(path.join(far, 'dangling'))).toBe('nowhere');
	expect(readdirSync(path.join(far, 'empty'))).toEqual(['deep']);
	const {mode, mtimeMs} = statSync(path.join(far, 'run'));
	expect([mode & 0o777, mtimeMs]).toEqual([0o755, 1_500_000_000_000]);
	// Bits alone travel too, and back.
	chmodSync(path.join(far, 'run'), 0o644);
	expect((await pair.console('sync')).code).toBe(0);
	expect(statSync(path.join(near, 'run')).mode & 0o111).toBe(0);
});

test('a rule that follows links copies what they point at, but no credentials', async () => {
	const {near, far} = await newRule(pair, 'sync_up', 'dereference_symlinks = true\n');
	const outside = path.join(pair.laptop.home, 'outside');
	put(outside, 'doc.txt', 'doc');
	put(outside, 'tree/b.txt', 'b');
	put(outside, '.ssh/id_ed25519', 'key');
	put(outside, '.aws/credentials', 'key');
	mkdirSync(near);
	symlinkSync(path.join(outside, 'doc.txt'), path.join(near, 'doc'));
	symlinkSync(path.join(outside, 'tree'), path.join(near, 'tree'));
	symlinkSync(path.join(outside, '.ssh/id_ed25519'), path.join(near, 'innocent'));
	symlinkSync(path.join(outside, '.aws'), path.join(near, 'cloud'));
	const ran = await pair.console('sync');
	expect(ran, shown(ran)).toMatchObject({code: 0});
	expect(lstatSync(path.join(far, 'doc')).isFile()).toBe(true);
	expect([got(far, 'doc'), got(far, 'tree/b.txt')]).toEqual(['doc', 'b']);
	expect(ran.stdout).toContain('not synced, it holds credentials: innocent');
	expect(ran.stdout).toContain('not synced, it holds credentials: cloud/credentials');
	expect(existsSync(path.join(far, 'innocent'))).toBe(false);
	expect(existsSync(path.join(far, 'cloud/credentials'))).toBe(false);
});

test('.git stays out by itself; where a rule wants it, it arrives whole and waits for its lock', async () => {
	const {near, far} = await newRule(pair, 'sync_bidi', 'git = "include"\n');
	const git = (root: string, ...argv: string[]) =>
		execFileSync(
			'git',
			['--no-optional-locks', '-C', root, '-c', 'user.name=t', '-c', 'user.email=t@t', ...argv],
			{
				encoding: 'utf8',
			},
		);
	put(near, 'a.txt', 'a');
	git(near, 'init', '-q', '-b', 'main');
	git(near, 'add', '.');
	git(near, 'commit', '-qm', 'one');
	const planned = await pair.console('sync', '--dry-run');
	const order = planned.stdout.split('\n').filter(line => line.includes('copy .git/'));
	const at = (what: RegExp) => order.findIndex(line => what.test(line));
	expect(order.findLastIndex(line => line.includes('/objects/'))).toBeLessThan(at(/refs\/heads/));
	expect(at(/\.git\/index$/)).toBe(order.length - 1);
	expect((await pair.console('sync')).code).toBe(0);
	expect(git(far, 'log', '--format=%s').trim()).toBe('one');
	expect(git(far, 'status', '--porcelain')).toBe('');
	git(far, 'fsck', '--strict');

	put(near, '.git/index.lock', '');
	put(near, 'a.txt', 'changed');
	const waits = await pair.console('sync');
	expect(waits.stdout).toContain('waits for a lock');
	expect(existsSync(path.join(far, '.git/index.lock'))).toBe(false);
	rmSync(path.join(near, '.git/index.lock'));
	git(near, 'commit', '-qam', 'two');
	expect((await pair.console('sync')).code).toBe(0);
	expect(git(far, 'log', '-1', '--format=%s').trim()).toBe('two');
	git(far, 'fsck', '--strict');
});
