import {existsSync, mkdirSync, symlinkSync, unlinkSync} from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';
import {got, names, put} from '../harness/sync-trees.ts';
import {sharedPair} from '../harness/shared-pair.ts';
import {shown} from '../harness/synced-pair.ts';

const pair = sharedPair();

const rule = (name: string, kind = 'sync_bidi') =>
	`[[remote.dev-server.${kind}]]\nlocal = "~/${name}"\nremote = "~/${name}"\n`;

test.each([
	['the same', 'a', 'a'],
	['within it', 'b', 'b/inner'],
	['around it', 'c/inner', 'c'],
])(
	'two rules whose roots a link on the host makes %s are refused, both named',
	async (_, to, at) => {
		const [one, two] = [`${to.replace('/', '-')}-one`, `${to.replace('/', '-')}-two`];
		await pair.configure(`${rule(one, 'sync_up')}\n${rule(two)}`);
		const {home} = pair.host;
		for (const folder of [to, at]) mkdirSync(path.join(home, folder), {recursive: true});
		symlinkSync(to, path.join(home, one));
		symlinkSync(at, path.join(home, two));
		put(path.join(pair.laptop.home, one), 'one.txt', '1');
		put(path.join(pair.laptop.home, two), 'two.txt', '2');
		const ran = await pair.console('sync');
		expect(ran, shown(ran)).toMatchObject({code: 2});
		expect(ran.stdout).toContain(`~/${one} on the host and ~/${two}, the root of another rule`);
		expect(ran.stdout).toContain(`~/${two} on the host and ~/${one}, the root of another rule`);
		expect(existsSync(path.join(home, to, '.fleet-sync'))).toBe(false);
		const listed = await pair.console('conflicts');
		expect(listed.stdout).toContain('the root of another rule');

		// Apart again: it goes on by itself.
		unlinkSync(path.join(home, two));
		const after = await pair.console('sync');
		expect(after, shown(after)).toMatchObject({code: 0});
		expect(got(path.join(home, two), 'two.txt')).toBe('2');
		expect(names(path.join(home, to))).toContain('one.txt');
	},
);

test('so are two that a link on the laptop joins, where the host would make its folder', async () => {
	await pair.configure(`${rule('d')}\n${rule('e')}`);
	put(path.join(pair.laptop.home, 'd'), 'd.txt', 'd');
	symlinkSync('d', path.join(pair.laptop.home, 'e'));
	const ran = await pair.console('sync', '--dry-run');
	expect(ran, shown(ran)).toMatchObject({code: 2});
	expect(ran.stdout).toContain('on this side and');
	const only = await pair.console('sync', '--rule', '~/d');
	expect(only, shown(only)).toMatchObject({code: 2});
});

test('and two that the configuration itself shows, before anything is asked of the host', async () => {
	await pair.configure(`${rule('f')}\n${rule('f/inner')}`);
	const ran = await pair.console('sync');
	expect(ran, shown(ran)).toMatchObject({code: 2});
	expect(ran.stderr).toMatch(/remote\.toml:\d+.*overlaps sync_bidi\[0\]/);
});
