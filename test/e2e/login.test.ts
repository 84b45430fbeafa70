import {chmod, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {startBed} from '../harness/bed.ts';
import {startLaptop} from '../harness/laptop.ts';

/** A program that logs in as command-line tools do: a browser, and a callback to its own port. */
const login = `
import http from 'node:http';
import {execFileSync} from 'node:child_process';
const state = 'state-' + process.pid;
const server = http.createServer((request, response) => {
	const url = new URL(request.url, 'http://localhost');
	const isRight = url.pathname === '/callback' && url.searchParams.get('state') === state;
	response.end(isRight ? 'you may close this page' : 'wrong');
	if (isRight) console.log('signed in with ' + url.searchParams.get('code'));
});
server.listen(Number(process.argv[2]), '127.0.0.1', () => {
	const back = encodeURIComponent('http://localhost:' + server.address().port + '/callback');
	console.log('opening the browser');
	execFileSync(process.env.BROWSER, ['https://login.example/authorize?client_id=x&redirect_uri=' + back + '&state=' + state], {stdio: 'inherit'});
});
`;

/** A browser whose person logs in at once: the site sends it back to where the link said. */
const browser = (folder: string) => `#!${process.execPath}
const url = new URL(process.argv[2]);
const back = new URL(url.searchParams.get('redirect_uri'));
back.searchParams.set('code', 'code-1');
back.searchParams.set('state', url.searchParams.get('state'));
require('node:fs').writeFileSync('${folder}/asked', process.argv[2]);
fetch(back).then(response => response.text()).then(
	text => require('node:fs').writeFileSync('${folder}/page', text),
	error => require('node:fs').writeFileSync('${folder}/page', String(error.cause ?? error)),
);
`;

const isListening = (port: number): Promise<boolean> =>
	new Promise(resolve => {
		const socket = net.connect(port, '127.0.0.1');
		socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
		socket.once('connect', () => socket.destroy());
	});

test('a login by callback on a host ends in the browser of the laptop', async () => {
	const bed = await startBed(1);
	onTestFinished(() => bed[Symbol.asyncDispose](), 30_000);
	const [host] = bed.hosts;
	const folder = await mkdtemp('/tmp/flogin-');
	onTestFinished(() => rm(folder, {recursive: true, force: true}));
	await writeFile(path.join(folder, 'browser'), browser(folder));
	await chmod(path.join(folder, 'browser'), 0o755);
	const laptop = await startLaptop({
		start: options => host!.startSshd(options),
		config: `[handler.web]\ncommand = "${folder}/browser {}"`,
	});
	await writeFile(path.join(laptop.hostHome, 'login.mjs'), login);
	const console = await laptop.open();
	await console.shows('live');

	const load = (name: string, port: number) =>
		laptop.json(
			'load',
			'shell',
			'--name',
			name,
			'--cwd',
			laptop.hostHome,
			'--',
			process.execPath,
			'login.mjs',
			String(port),
		);
	const screen = (name: string) =>
		expect.poll(async () => (await laptop.console('screen', name)).stdout, {timeout: 30_000});

	await load('tool', 0);
	await screen('tool').toContain('signed in with code-1');
	expect(await readFile(path.join(folder, 'page'), 'utf8')).toBe('you may close this page');
	expect(await readFile(path.join(folder, 'asked'), 'utf8')).toMatch(
		/^https:\/\/login\.example\/authorize\?/,
	);
	await console.press('i');
	const said = await console.shows(/localhost:\d+ leads\s+to the host's port/);
	const forwarded = Number(/localhost:(\d+) leads/.exec(said)![1]);
	expect(await isListening(forwarded)).toBe(true);

	// A port that is in use here cannot be the way back, and no browser is sent to what listens there.
	const taken = net.createServer().listen(0, '127.0.0.1');
	await new Promise(resolve => taken.once('listening', resolve));
	onTestFinished(() => void taken.close());
	const {port} = taken.address() as net.AddressInfo;
	await rm(path.join(folder, 'asked'));
	await load('second', port);
	await screen('second').toMatch(/port \d+ of this laptop\s+is in use/);
	await expect(readFile(path.join(folder, 'asked'))).rejects.toThrow();

	// The forward ends with the agent that asked for it.
	expect((await laptop.console('stop', 'tool')).code).toBe(0);
	await expect.poll(() => isListening(forwarded), {timeout: 10_000}).toBe(false);
}, 120_000);
