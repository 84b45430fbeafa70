import {readFile, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {expect, test} from 'vitest';
import {startLaptop, type Laptop} from '../harness/laptop.ts';

/** The laptop has never met the host. */
const forgetHost = async (laptop: Laptop): Promise<string> => {
	const known = path.join(laptop.home, 'known_hosts');
	const config = await readFile(laptop.sshd.sshConfig, 'utf8');
	const own = `Host *\n\tUserKnownHostsFile ${known}\n\tGlobalKnownHostsFile /dev/null\n\tStrictHostKeyChecking ask\n\tHashKnownHosts no\n`;
	await writeFile(laptop.sshd.sshConfig, own + config);
	return known;
};

test('the console leaves the terminal to a question of ssh, and comes back with the answer', async () => {
	const laptop = await startLaptop();
	await laptop.json('load', 'shell', '--name', 'docs', '--', 'sleep', '10000');
	const known = await forgetHost(laptop);
	const screen = await laptop.open();
	await screen.shows(/yes\/no|fingerprint/i);
	await screen.type('yes');
	await screen.press('Enter');
	await screen.shows('live');
	await screen.shows('docs');
	await screen.press('q');
	expect(await screen.ended()).toBe(0);
	expect(await readFile(known, 'utf8')).toContain('ssh-');
}, 60_000);

test('who answers no is told so in the console', async () => {
	const laptop = await startLaptop();
	await forgetHost(laptop);
	const screen = await laptop.open();
	await screen.shows(/yes\/no|fingerprint/i);
	await screen.type('no');
	await screen.press('Enter');
	await screen.shows(/refused|host-key-unknown/);
	await screen.press('q');
	expect(await screen.ended()).toBe(0);
}, 60_000);

test('without a terminal an unknown host is refused', async () => {
	const laptop = await startLaptop();
	await forgetHost(laptop);
	const {code, stdout} = await laptop.console('list', '--json');
	expect(code).toBe(3);
	expect(stdout).toContain('"host-key-unknown"');
});
