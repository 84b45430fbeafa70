import {spawn, type ChildProcess} from 'node:child_process';
import {once} from 'node:events';
import {mkdtemp, rm} from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import {afterAll, afterEach, beforeAll, expect, test} from 'vitest';
import {createClient} from '../../source/client/create-client.ts';
import type {Client} from '../../source/client/client.ts';
import {childrenOf} from '../harness/processes.ts';
import {sharedCache} from '../harness/shared-cache.ts';
import {until} from '../harness/until.ts';
import {startLaptop} from '../harness/laptop.ts';
import {openShell, type TmuxScreen} from '../harness/tmux-screen.ts';

const root = path.join(import.meta.dirname, '../..');
const program = path.join(root, 'dist/cli.js');
let folder: string;
let daemon: ChildProcess;
let client: Client;
let way: Way;

/** The way to the host, which can be cut: a socket before the daemon's own. */
type Way = {path: string; cut(): void; heal(): void; close(): Promise<void>};

const openWay = async (from: string, to: string): Promise<Way> => {
	const open = new Set<net.Socket>();
	let isCut = false;
	const server = net.createServer(near => {
		if (isCut) return near.destroy();
		const far = net.connect(to);
		for (const socket of [near, far]) {
			open.add(socket);
			socket.on('error', () => {});
			socket.on('close', () => {
				open.delete(socket);
				near.destroy();
				far.destroy();
			});
		}

		near.pipe(far).pipe(near);
	});
	await new Promise<void>(resolve => server.listen(from, resolve));
	return {
		path: from,
		cut() {
			isCut = true;
			for (const socket of open) socket.destroy();
		},
		heal() {
			isCut = false;
		},
		async close() {
			for (const socket of open) socket.destroy();
			await new Promise(resolve => server.close(resolve));
		},
	};
};

beforeAll(async () => {
	folder = await mkdtemp(path.join(os.tmpdir(), 'fca-'));
	const env = {
		...process.env,
		...sharedCache,
		HOME: folder,
		FLEET_STATE_DIR: path.join(folder, 'state'),
		XDG_CONFIG_HOME: folder,
		SHELL: '/bin/bash',
	};
	daemon = spawn(process.execPath, [program, 'host', 'serve'], {env, stdio: 'ignore'});
	const socket = path.join(folder, 'state/run/host.sock');
	way = await openWay(path.join(folder, 'way'), socket);
	client = createClient({
		description: 'test',
		async dial() {
			const stream = net.connect(way.path);
			await once(stream, 'connect');
			return stream;
		},
		reset() {},
		onLost: () => () => {},
		close: async () => {},
	});
	await until(
		async () =>
			client.request('GET', '/v1/host').then(
				() => true,
				() => false,
			),
		'served',
		{timeoutMs: 20_000},
	);
}, 60_000);

afterEach(async () => {
	way.heal();
});

afterAll(async () => {
	await client.request('POST', '/v1/host/stop', {body: {agents: true}}).catch(() => undefined);
	client.close();
	if (daemon.exitCode === null) {
		const timer = setTimeout(() => daemon.kill('SIGKILL'), 10_000);
		await once(daemon, 'exit');
		clearTimeout(timer);
	}

	await way.close();
	await rm(folder, {recursive: true, force: true});
}, 60_000);

let count = 0;
const launch = async (...command: string[]): Promise<string> => {
	const name = `a${++count}`;
	await client.request('POST', '/v1/agents', {
		body: {agent: 'shell', name, command, cwd: folder, size: {cols: 80, rows: 24}},
	});
	return name;
};

const attachIn = async (name: string, flags = ''): Promise<TmuxScreen> => {
	const terminal = await openShell({cols: 80, rows: 24});
	const script = path.join(root, 'fixtures/terminal/attach.ts');
	await terminal.type(`${process.execPath} ${script} ${way.path} ${name} ${flags}\n`);
	return terminal;
};

const bash = ['env', 'PS1=agent$ ', 'bash', '--norc', '--noprofile', '-i'];

test('the agent’s own terminal: typed into, resized, left, found again as it was', async () => {
	const name = await launch(...bash);
	const terminal = await attachIn(name);
	await terminal.shows('agent$');
	await terminal.type('echo size $(stty size) ünïcødé-日本\n');
	await terminal.shows('size 24 80 ünïcødé-日本');
	await terminal.resize(100, 30);
	await expect
		.poll(
			async () => {
				await terminal.type('clear; echo now $(stty size)\n');
				return terminal.text();
			},
			{timeout: 10_000, interval: 300},
		)
		.toContain('now 30 100');
	await terminal.press('C-\\');
	await terminal.shows('outcome detached');
	expect(await terminal.format('#{alternate_on}')).toBe('0');
	await terminal.type('stty -a | grep -o " icanon\\| echo\\b" | tr -d "\\n"; echo .\n');
	await terminal.shows(/ icanon echo\./);
	const again = await attachIn(name);
	await again.shows('now 30 100');
});

test('a line feed leads one line down, in the same column', async () => {
	const laptop = await startLaptop();
	const script = 'stty -opost; printf "abc\\ndef"; cat';
	await laptop.json('load', 'shell', '--name', 'inner', '--', 'sh', '-c', script);
	const screen = await laptop.open(['attach', 'inner']);
	await screen.shows('def');
	await screen.type('x\n');
	await screen.type('y');
	await screen.shows(/^abc\n {3}defx\n {7}x\n {8}y$/m);
	await screen.press('C-\\');
	expect(await screen.ended()).toBe(0);
	// The shell that comes next finds its terminal as it was.
	expect(await screen.text()).toMatch(/^left inner/m);
}, 60_000);

test('a full-screen program is drawn, and nothing of it stays behind', async () => {
	const name = await launch(
		'vim',
		'-u',
		'NONE',
		'-c',
		'set mouse=a',
		'-c',
		'call setline(1, "in vim")',
	);
	const terminal = await attachIn(name);
	await terminal.shows('in vim');
	await terminal.type('ohello from the laptop');
	await terminal.shows('hello from the laptop');
	await terminal.press('C-\\');
	await terminal.shows('outcome detached');
	expect(await terminal.format('#{alternate_on}#{mouse_any_flag}#{keypad_flag}')).toBe('000');
	expect(await terminal.text()).not.toContain('in vim');
});

test('observing never types', async () => {
	const name = await launch(...bash);
	const terminal = await attachIn(name, '--observe');
	await terminal.shows('agent$');
	await terminal.type('touch should-not-be\n');
	await terminal.shows('looking only');
	// The agent draws nothing by itself.
	await terminal.shows(text => !text.includes('looking only') && text.includes('agent$'));
	await terminal.press('C-\\');
	await terminal.shows('outcome detached');
	const {body} = await client.request('GET', `/v1/agents/${name}/screen`, {accept: 'text/plain'});
	expect(body.toString()).not.toContain('should-not-be');
});

test('a lost link is said on the last line, and the screen comes back by itself', async () => {
	const name = await launch(...bash);
	const terminal = await attachIn(name);
	await terminal.shows('agent$');
	await terminal.type('echo before the cut\n');
	await terminal.shows(/^before the cut/m);
	way.cut();
	const lost = await terminal.shows('link lost');
	expect(lost.split('\n').at(-1)).toContain('link lost: reconnecting');
	expect(lost).toContain('before the cut');
	await terminal.type('echo typed into the void\n');
	way.heal();
	await terminal.shows(text => text.includes('before the cut') && !text.includes('link lost'));
	await terminal.type('echo after the cut\n');
	const healed = await terminal.shows(/^after the cut/m);
	expect(healed).not.toContain('void');
});

test('an agent that ends brings the shell back, and says so', async () => {
	const name = await launch(...bash);
	const terminal = await attachIn(name);
	await terminal.shows('agent$');
	await terminal.type('exit 3\n');
	await terminal.shows('outcome ended');
	expect(await terminal.format('#{alternate_on}')).toBe('0');
});

test('killed by SIGTERM, it leaves the terminal as it was', async () => {
	const name = await launch(...bash);
	const terminal = await attachIn(name);
	await terminal.shows('agent$');
	expect(await terminal.format('#{alternate_on}')).toBe('1');
	const shell = await terminal.format('#{pane_pid}');
	for (const pid of await childrenOf(Number(shell))) process.kill(pid, 'SIGTERM');
	await terminal.shows('ready$');
	expect(await terminal.format('#{alternate_on}')).toBe('0');
	await terminal.type('stty -a | grep -o " icanon\\| echo\\b" | tr -d "\\n"; echo .\n');
	await terminal.shows(/ icanon echo\./);
});
