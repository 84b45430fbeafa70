import {expect, test} from 'vitest';
import {startLaptop} from '../harness/laptop.ts';

const shell = ['env', 'PS1=$ ', 'bash', '--norc'];
const always = '[ui]\nlocal_echo = "always"\n';

test('what is typed shows while the host is silent, underlined in time, and is there when it answers', async () => {
	const laptop = await startLaptop({config: always});
	await laptop.json('load', 'shell', '--name', 'inner', '--', ...shell);
	const screen = await laptop.open(['attach', 'inner']);
	await screen.shows('$');
	await screen.type('e');
	await screen.shows(/\$ e$/m);
	// Its echo has been seen by then, and what follows is foretold.
	await screen.type('c');
	await screen.shows(/\$ ec$/m);
	await laptop.sshd.freeze();
	await screen.type('ho six-$((3+3))');
	await screen.shows(/\$ echo six-\$\(\(3\+3\)\)$/m);
	await expect.poll(() => screen.colours(), {timeout: 10_000}).toMatch(/ec\u001B\[4mho/);
	await laptop.sshd.thaw();
	await expect.poll(() => screen.colours(), {timeout: 10_000}).toMatch(/\$ echo six/);
	await screen.press('Enter');
	await screen.shows(/^six-6$/m);
	await screen.press('C-\\');
	expect(await screen.ended()).toBe(0);
}, 60_000);

test('no password shows, in no moment', async () => {
	const laptop = await startLaptop({config: always});
	await laptop.json('load', 'shell', '--name', 'inner', '--', ...shell);
	const screen = await laptop.open(['attach', 'inner']);
	await screen.shows('$');
	await screen.type('read -s -p "Pass""word: " word; echo; echo $word | rev');
	await screen.press('Enter');
	await screen.shows('Password:');
	await screen.type('tr');
	await laptop.sshd.freeze();
	await screen.type('ams');
	await screen.press('Enter');
	const text = await screen.text();
	expect(text).not.toContain('ams');
	await laptop.sshd.thaw();
	await screen.shows(/^smart$/m);
}, 60_000);

test('an editor is typed into', async () => {
	const laptop = await startLaptop({config: always});
	await laptop.json(
		'load',
		'shell',
		'--name',
		'inner',
		'--',
		'vim',
		'-u',
		'NONE',
		'-c',
		'set showmode',
		'-c',
		'startinsert',
	);
	const screen = await laptop.open(['attach', 'inner']);
	await screen.shows('INSERT');
	for (const word of ['the ', 'quick ', 'fox']) await screen.type(word);
	await screen.shows(/^the quick fox$/m);
	await laptop.sshd.freeze();
	await screen.type(' jumps');
	await screen.shows(/^the quick fox jumps$/m);
	await screen.press('BSpace', 'BSpace');
	await screen.shows(/^the quick fox jum$/m);
	await laptop.sshd.thaw();
	await screen.press('Escape');
	await screen.showsNo('INSERT');
	await screen.shows(/^the quick fox jum$/m);
	// A command is no text.
	await screen.type('x');
	await screen.shows(/^the quick fox ju$/m);
	await screen.press('C-\\');
	expect(await screen.ended()).toBe(0);
}, 60_000);
