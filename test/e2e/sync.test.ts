import {
	existsSync,
	mkdirSync,
	readdirSync,
	rmSync,
	statSync,
	symlinkSync,
	utimesSync,
	writeFileSync,
	chmodSync,
} from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';
import {got, newRule, put} from '../harness/sync-trees.ts';
import {sharedPair} from '../harness/shared-pair.ts';
import {shown} from '../harness/synced-pair.ts';
import {until} from '../harness/until.ts';

const pair = sharedPair();

const rule = (kind: 'sync_bidi' | 'sync_up', more = '') => newRule(pair, kind, more);

test('both ways: a first sync merges, later ones bring changes and deletions over', async () => {
	const {near, far} = await rule('sync_bidi', 'exclude = ["node_modules/"]\n');
	put(near, 'only/here.txt', 'here');
	put(far, 'only/there.txt', 'there');
	put(near, 'same.txt', 'same');
	put(far, 'same.txt', 'same');
	put(near, 'node_modules/x/y', 'y');
	put(near, 'run.sh', '#!/bin/sh\n');
	chmodSync(path.join(near, 'run.sh'), 0o755);
	utimesSync(path.join(near, 'only/here.txt'), 1_600_000_000, 1_600_000_000);
	mkdirSync(path.join(near, 'empty'));
	symlinkSync('only/here.txt', path.join(near, 'link'));
	put(near, 'big.bin', 'b'.repeat(3_000_000));
	const first = await pair.console('sync');
	// Nothing on stderr: rsync carried the large file without trouble.
	expect(first, JSON.stringify(first)).toMatchObject({code: 0, stderr: ''});
	expect(got(far, 'only/here.txt')).toBe('here');
	expect(statSync(path.join(far, 'only/here.txt')).mtimeMs).toBe(1_600_000_000_000);
	expect(got(near, 'only/there.txt')).toBe('there');
	expect(got(far, 'link')).toBe('here');
	expect(got(far, 'big.bin')).toHaveLength(3_000_000);
	expect(statSync(path.join(far, 'run.sh')).mode & 0o111).toBe(0o111);
	expect(existsSync(path.join(far, 'empty'))).toBe(true);
	expect(existsSync(path.join(far, 'node_modules'))).toBe(false);

	put(near, 'only/here.txt', 'here again');
	rmSync(path.join(far, 'same.txt'));
	const second = await pair.console('sync', '--json');
	expect(second, JSON.stringify(second)).toMatchObject({code: 0});
	expect(got(far, 'only/here.txt')).toBe('here again');
	expect(existsSync(path.join(near, 'same.txt'))).toBe(false);
	expect((await pair.console('sync')).stdout).toContain('in step');
});

test('a conflict keeps both, is listed, and can be resolved either way', async () => {
	const {near, far} = await rule('sync_bidi');
	put(near, 'a.txt', 'base');
	put(near, 'b.txt', 'base');
	await pair.console('sync');
	put(near, 'a.txt', 'laptop');
	put(far, 'a.txt', 'host');
	const ran = await pair.console('sync');
	expect(ran, JSON.stringify(ran)).toMatchObject({code: 5});
	const copy = readdirSync(near).find(name => /^a\.sync-conflict-\d{14}-remote\.txt$/.test(name))!;
	expect([got(near, 'a.txt'), got(near, copy), got(far, 'a.txt'), got(far, copy)]).toEqual([
		'laptop',
		'host',
		'laptop',
		'host',
	]);
	const listed = await pair.console('conflicts', '--json');
	expect(listed.code).toBe(5);
	expect(JSON.parse(listed.stdout)).toMatchObject({
		conflicts: [{path: path.join(near, 'a.txt'), copy: path.join(near, copy), keeps: 'local'}],
	});
	const resolved = await pair.console('conflicts', 'resolve', 'a.txt', '--keep', 'remote');
	expect(resolved, JSON.stringify(resolved)).toMatchObject({code: 0});
	expect([got(near, 'a.txt'), got(far, 'a.txt')]).toEqual(['host', 'host']);
	expect([...readdirSync(near), ...readdirSync(far)].join()).not.toContain('sync-conflict');
	expect((await pair.console('conflicts')).code).toBe(0);
});

test('a conflict of large files, or of empty ones, is resolved like any', async () => {
	const {near, far} = await rule('sync_bidi');
	const large = (letter: string) => letter.repeat(20_000_000);
	put(near, 'large.bin', large('l'));
	put(far, 'large.bin', large('h'));
	put(near, 'b.txt', 'b');
	put(far, 'b.txt', '');
	utimesSync(path.join(far, 'large.bin'), 1_600_000_000, 1_600_000_000);
	expect((await pair.console('sync')).code).toBe(5);
	for (const file of ['large.bin', 'b.txt']) {
		const resolved = await pair.console('conflicts', 'resolve', file, '--keep', 'remote');
		expect(resolved, JSON.stringify(resolved)).toMatchObject({code: 0});
	}

	expect((await pair.console('sync')).code).toBe(0);
	for (const root of [near, far]) {
		expect(got(root, 'large.bin') === large('h')).toBe(true);
		expect(statSync(path.join(root, 'large.bin')).mtimeMs).toBe(1_600_000_000_000);
		expect(got(root, 'b.txt')).toBe('');
		expect(readdirSync(root).join()).not.toContain('sync-conflict');
	}
});

test('up: what the host changed goes aside, what it added stays, and both are said', async () => {
	const {near, far} = await rule('sync_up');
	put(near, 'a.txt', 'laptop');
	await pair.console('sync');
	put(far, 'a.txt', 'host');
	put(far, 'own.txt', 'own');
	const ran = await pair.console('sync');
	expect(ran, JSON.stringify(ran)).toMatchObject({code: 0});
	expect(ran.stdout).toContain('drift: the host changed a.txt, its version is now a.sync-conflict');
	expect(ran.stdout).toContain('drift: the host added own.txt');
	expect((await pair.console('conflicts')).code).toBe(0);
	expect(got(far, 'a.txt')).toBe('laptop');
	expect(got(far, 'own.txt')).toBe('own');
	const copy = readdirSync(far).find(name => name.includes('sync-conflict'))!;
	expect(got(far, copy)).toBe('host');
	expect(readdirSync(near).filter(name => name !== '.fleet-sync')).toEqual(['a.txt']);
});

test('a tree that is gone halts the rule until a person says that it is meant', async () => {
	const {near, far} = await rule('sync_bidi');
	for (let index = 0; index < 20; index++) put(near, `f${index}.txt`, `${index}`);
	await pair.console('sync');
	for (let index = 0; index < 10; index++) rmSync(path.join(near, `f${index}.txt`));
	const halted = await pair.console('sync', '--json');
	expect(halted.code).toBe(5);
	expect(JSON.parse(halted.stdout).rules[0].halted).toMatchObject({reason: 'deletions'});
	expect(readdirSync(far).filter(name => name.startsWith('f'))).toHaveLength(20);
	expect((await pair.console('conflicts')).stdout).toContain('halted');
	const meant = await pair.console('sync', '--allow-delete');
	expect(meant, JSON.stringify(meant)).toMatchObject({code: 0});
	expect(readdirSync(far).filter(name => name.startsWith('f'))).toHaveLength(10);
});

test('a dry run says what it would do and does nothing', async () => {
	const {near, far} = await rule('sync_bidi');
	put(near, 'a.txt', 'a');
	put(far, 'b.txt', 'b');
	const ran = await pair.console('sync', '--dry-run');
	expect(ran, JSON.stringify(ran)).toMatchObject({code: 0});
	expect(ran.stdout).toContain('→ copy a.txt');
	expect(ran.stdout).toContain('← copy b.txt');
	expect(existsSync(path.join(far, 'a.txt'))).toBe(false);
});

test('secrets stay where they are, with a notice', async () => {
	const {near, far} = await rule('sync_bidi');
	put(near, '.env', 'KEY=1');
	put(near, 'a/server.pem', 'key');
	put(near, 'a.txt', 'a');
	put(far, '.netrc', 'password');
	const ran = await pair.console('sync');
	expect(ran.stdout).toContain('holds credentials: .env');
	expect(ran.stdout).toContain('a/server.pem');
	expect(existsSync(path.join(far, '.env'))).toBe(false);
	expect(existsSync(path.join(far, 'a/server.pem'))).toBe(false);
	expect(existsSync(path.join(near, '.netrc'))).toBe(false);
});

test('an unknown rule is named with those that exist', async () => {
	const {near} = await rule('sync_bidi');
	const ran = await pair.console('sync', '--rule', '/nowhere');
	expect(ran.code).toBe(4);
	expect(ran.stderr).toContain(near);
});

test('watching: a save on either side is on the other at once, and a killed daemon is survived', async () => {
	const {near, far} = await rule('sync_bidi');
	put(near, 'a/b.txt', '0');
	const watching = pair.start({}, 'sync', '--watch');
	const seen = watching.said;
	try {
		await until(() => seen().includes('in step'), 'in step', {seen, timeoutMs: 30_000});
		const latencies: number[] = [];
		for (let index = 0; index < 20; index++) {
			const [from, to] = index % 2 === 0 ? [near, far] : [far, near];
			const startedAt = performance.now();
			writeFileSync(path.join(from, 'a/b.txt'), `save ${index}`);
			await until(() => got(to, 'a/b.txt') === `save ${index}`, 'over', {seen});
			latencies.push(Math.round(performance.now() - startedAt));
		}

		put(far, 'new/deep/x.txt', 'x');
		await until(() => existsSync(path.join(near, 'new/deep/x.txt')), 'over', {seen});
		rmSync(path.join(near, 'new'), {recursive: true});
		await until(() => !existsSync(path.join(far, 'new')), 'gone', {seen});

		const status = await pair.hostConsole('host', 'status', '--json');
		process.kill((JSON.parse(status.stdout) as {pid: number}).pid, 'SIGKILL');
		writeFileSync(path.join(near, 'a/b.txt'), 'after the daemon died');
		await until(() => got(far, 'a/b.txt') === 'after the daemon died', 'over', {
			seen,
			timeoutMs: 30_000,
		});
		await pair.sshd.killSessions();
		writeFileSync(path.join(far, 'a/b.txt'), 'while the link was down');
		await until(() => got(near, 'a/b.txt') === 'while the link was down', 'back', {
			seen,
			timeoutMs: 30_000,
		});
		expect(readdirSync(path.join(near, 'a'))).toEqual(['b.txt']);
		console.log(`save to other side: ${latencies.join(' ')} ms`);
	} finally {
		await watching.end();
	}
}, 120_000);

test('watching what is not there ends, and says why', async () => {
	await pair.configure(
		`[remote.nobody]\nssh = "root@127.0.0.1:1"\nssh_config = "${pair.sshd.sshConfig}"\n[[remote.nobody.sync_bidi]]\nlocal = "${pair.laptop.home}/w"\nremote = "~/w"\n`,
	);
	const nothing = await pair.console('sync', '--watch');
	expect(nothing, shown(nothing)).toMatchObject({code: 0, stdout: ''});
	expect(nothing.stderr).toContain('dev-server has no sync rules');
	const nobody = await pair.console('sync', '--watch', '--json', '--remote', 'nobody');
	expect(nobody, shown(nobody)).toMatchObject({code: 3});
	expect(JSON.parse(nobody.stdout)).toMatchObject({error: {code: 'connection-refused'}});
});

test('a tree of thousands of files arrives, and tells how far it is', async () => {
	const {near, far} = await rule('sync_bidi');
	for (let index = 0; index < 2500; index++) put(near, `d${index % 50}/f${index}`, `${index}`);
	const ran = await pair.console('sync');
	expect(ran, JSON.stringify(ran)).toMatchObject({code: 0});
	expect(ran.stdout).toContain('2500 files');
	expect(readdirSync(path.join(far, 'd7'))).toHaveLength(50);
});

test('recover copies the host’s own state, for this user’s eyes, and never into a synced folder', async () => {
	const {near} = await rule('sync_bidi');
	const loaded = await pair.console(
		'load',
		'shell',
		'--name',
		'worker',
		'--',
		'sh',
		'-c',
		'echo printed; sleep 600',
	);
	expect(loaded, JSON.stringify(loaded)).toMatchObject({code: 0});
	const folder = path.join(pair.laptop.home, 'saved');
	await until(
		async () => (await pair.console('screen', 'worker')).stdout.includes('printed'),
		'printed',
	);
	const ran = await pair.console('recover', folder, '--json');
	expect(ran, JSON.stringify(ran)).toMatchObject({code: 0});
	const agents = JSON.parse(got(folder, 'agents.json')) as Array<{id: string; name: string}>;
	expect(agents.map(({name}) => name)).toContain('worker');
	const {id} = agents.find(({name}) => name === 'worker')!;
	expect(got(folder, `transcripts/${id}.txt`)).toContain('printed');
	const events = got(folder, 'journal.ndjson')
		.trim()
		.split('\n')
		.map(line => JSON.parse(line) as {event: string});
	expect(events.map(({event}) => event)).toContain('agent.created');
	expect(statSync(folder).mode & 0o777).toBe(0o700);
	expect(statSync(path.join(folder, 'agents.json')).mode & 0o777).toBe(0o600);
	// A folder that was there keeps its rights: it may be everybody's.
	const shared = path.join(pair.laptop.home, 'shared');
	mkdirSync(shared);
	chmodSync(shared, 0o755);
	expect((await pair.console('recover', shared)).code).toBe(0);
	expect(statSync(shared).mode & 0o777).toBe(0o755);
	const impossible = await pair.console('recover', '/proc/nothing');
	expect(impossible).toMatchObject({code: 1});
	expect(impossible.stderr).toContain('cannot make /proc/nothing');
	const refused = await pair.console('recover', path.join(near, 'saved'));
	expect(refused.code).toBe(2);
	await pair.console('stop', 'worker', '--grace', '0');
});
