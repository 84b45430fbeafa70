import {chmod, mkdir, readFile, rm, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {describe, expect, onTestFinished, test} from 'vitest';
import {startLaptop, type Laptop} from '../harness/laptop.ts';

const modules = path.join(import.meta.dirname, '../../node_modules');

/** A laptop whose browser and editor write down what they are given, one line each. */
const startOperator = async (
	policy = 'allow',
	more = '',
): Promise<Laptop & {opened(): Promise<string[]>}> => {
	const record = path.join('/tmp', `fo-${process.pid}-${Math.random().toString(36).slice(2)}`);
	await mkdir(record);
	onTestFinished(() => rm(record, {recursive: true, force: true}));
	const recorder = path.join(record, 'recorder');
	await writeFile(recorder, `#!/bin/sh\nprintf '%s\\n' "$1" >>'${record}/opened'\n`);
	await chmod(recorder, 0o755);
	const laptop = await startLaptop({
		config: [
			'[handler.web]',
			`command = "${recorder} {}"`,
			`policy = "${policy}"`,
			'[handler.ide]',
			`command = "${recorder} {}"`,
			more,
		].join('\n'),
	});
	return {
		...laptop,
		opened: async () =>
			(await readFile(`${record}/opened`, 'utf8').catch(() => '')).trimEnd().split('\n'),
	};
};

/** Runs a line in an agent of its own and yields the agent's name. */
const runInAgent = async (laptop: Laptop, name: string, line: string): Promise<void> => {
	await laptop.json(
		'load',
		'shell',
		'--name',
		name,
		'--',
		'sh',
		'-c',
		`${line}; echo "ended with $?"; sleep 1000`,
	);
};

const screenOf = (laptop: Laptop, name: string) =>
	expect.poll(async () => (await laptop.console('screen', name)).stdout.replaceAll('\n', ''), {
		timeout: 30_000,
	});

describe('what agents open', () => {
	test.each([
		['python', `python3 -m webbrowser https://example.com/python`, 'https://example.com/python'],
		[
			'npm-open',
			`node --input-type=module -e "import open from '${modules}/open/index.js'; await open('https://example.com/npm', {wait: true})"`,
			'https://example.com/npm',
		],
		['xdg-open', 'xdg-open https://example.com/xdg', 'https://example.com/xdg'],
		[
			'sensible-browser',
			'sensible-browser https://example.com/sensible',
			'https://example.com/sensible',
		],
		['git', 'git web--browse https://example.com/git', 'https://example.com/git'],
		[
			'bundled xdg-open',
			`'${modules}/open/xdg-open' https://example.com/bundled`,
			'https://example.com/bundled',
		],
		[
			'gh',
			'GH_TOKEN=none GH_CONFIG_DIR=/nowhere gh browse -R octo/cat',
			'https://github.com/octo/cat',
		],
		['console', 'console open https://example.com/console', 'https://example.com/console'],
	])('%s reaches the laptop’s browser', async (_, line, url) => {
		const laptop = await startOperator();
		const console = await laptop.open();
		await console.shows('live');
		await runInAgent(laptop, 'opener', line);
		await expect.poll(laptop.opened, {timeout: 30_000}).toEqual([url]);
		await screenOf(laptop, 'opener').toMatch(/ended with 0/);
		await console.shows(`opened ${url}`);
	});

	test('is denied by policy, with exit code 5', async () => {
		const laptop = await startOperator('deny');
		const console = await laptop.open();
		await console.shows('live');
		await runInAgent(laptop, 'opener', 'console open https://example.com');
		await screenOf(laptop, 'opener').toMatch(/denied: .*configuration.*ended with 5/);
		expect(await laptop.opened()).toEqual(['']);
	});

	test('is refused when it is no link for a browser, whatever the policy', async () => {
		const laptop = await startOperator();
		const console = await laptop.open();
		await console.shows('live');
		await runInAgent(laptop, 'opener', `console open 'file:///etc/passwd'`);
		await screenOf(laptop, 'opener').toMatch(/denied: file: links are not opened.*ended with 5/);
		expect(await laptop.opened()).toEqual(['']);
	});

	test('waits in the inbox under `ask`, until the person says so', async () => {
		const laptop = await startOperator('ask');
		const console = await laptop.open();
		await console.shows('live');
		await runInAgent(laptop, 'opener', 'console open https://example.com/asked');
		await console.shows('asks to open https://example.com/asked');
		await console.press('i');
		await console.shows('what agents asked');
		expect(await laptop.opened()).toEqual(['']);
		await console.press('y');
		await expect.poll(laptop.opened, {timeout: 20_000}).toEqual(['https://example.com/asked']);
		await screenOf(laptop, 'opener').toMatch(/opened https.*ended with 0/);
	});

	test('is opened once when two consoles attend', async () => {
		const laptop = await startOperator();
		const consoles = [await laptop.open(), await laptop.open()];
		for (const console of consoles) await console.shows('live');
		for (const name of ['one', 'two', 'three']) {
			await runInAgent(laptop, name, `console open https://example.com/${name}`);
			await screenOf(laptop, name).toMatch(/ended with 0/);
		}

		const all = ['one', 'two', 'three'].map(name => `https://example.com/${name}`);
		expect((await laptop.opened()).sort()).toEqual(all.sort());
	});

	test('that nobody attends expires, and says so', async () => {
		const laptop = await startOperator();
		await runInAgent(laptop, 'opener', 'console open --timeout 2 https://example.com');
		await screenOf(laptop, 'opener').toMatch(/expired: no console attended.*ended with 5/);
	});

	test('is opened after a cut, once, when the link is back', async () => {
		const laptop = await startOperator();
		const console = await laptop.open();
		await console.shows('live');
		await laptop.sshd.stop();
		await console.shows('reconnecting');
		const asked = laptop.onHost('open', 'https://example.com/later');
		await laptop.sshd.start();
		expect(await asked).toMatchObject({code: 0, stdout: /opened https:\/\/example.com\/later/});
		expect(await laptop.opened()).toEqual(['https://example.com/later']);
	}, 90_000);

	test('a localhost link leads to the host, by another port where this one is taken', async () => {
		const laptop = await startOperator();
		const console = await laptop.open();
		await console.shows('live');
		// Host and laptop are one machine here, so the port is in use on the laptop.
		const server = `require('http').createServer((q, r) => r.end('from the host')).listen(0, '127.0.0.1', function () { require('fs').writeFileSync('port', String(this.address().port)) })`;
		await laptop.json(
			'load',
			'shell',
			'--name',
			'server',
			'--cwd',
			laptop.hostHome,
			'--',
			'node',
			'-e',
			server,
		);
		const port = await expect
			.poll(() => readFile(path.join(laptop.hostHome, 'port'), 'utf8').catch(() => ''), {
				timeout: 20_000,
			})
			.toMatch(/\d+/)
			.then(() => readFile(path.join(laptop.hostHome, 'port'), 'utf8'));
		await runInAgent(laptop, 'opener', `xdg-open http://localhost:${port}/page`);
		await expect
			.poll(laptop.opened, {timeout: 20_000})
			.toEqual([expect.stringMatching(/^http:\/\/localhost:\d+\/page$/)]);
		const [url = ''] = await laptop.opened();
		expect(url).not.toContain(`:${port}/`);
		expect(await (await fetch(url)).text()).toBe('from the host');
		await console.shows(`leads to the host's port ${port}`);
	});

	test('`ide` opens what no rule maps on the host itself', async () => {
		const laptop = await startOperator();
		const console = await laptop.open();
		await console.shows('live');
		await writeFile(path.join(laptop.hostHome, 'a.ts'), '');
		await runInAgent(
			laptop,
			'opener',
			`cd ${laptop.hostHome}; console ide a.ts:3; code -g a.ts:7:2`,
		);
		const base = `vscode://vscode-remote/ssh-remote+${laptop.sshd.alias}${laptop.hostHome}/a.ts`;
		await expect.poll(laptop.opened, {timeout: 20_000}).toEqual([`${base}:3:1`, `${base}:7:2`]);
	});
});
