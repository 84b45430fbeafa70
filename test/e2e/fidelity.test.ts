// What an attached terminal shows is what the agent's own terminal on the host shows, whatever is typed.
import {execFile} from 'node:child_process';
import path from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {promisify} from 'node:util';
import pty from '@lydell/node-pty';
import xterm from '@xterm/headless';
import fc from 'fast-check';
import {expect, onTestFinished, test} from 'vitest';
import {startLaptop, type Laptop} from '../harness/laptop.ts';

const run = promisify(execFile);
const entry = path.join(import.meta.dirname, '../../dist/cli.js');
const size = {cols: 80, rows: 20};

/** The program on a terminal whose screen this process draws. */
const openDrawn = (laptop: Laptop, args: string[]) => {
	const emulator = new xterm.Terminal({...size, allowProposedApi: true, logLevel: 'off'});
	const child = pty.spawn(process.execPath, [entry, '--remote', 'dev-server', ...args], {
		...size,
		cwd: '/',
		env: laptop.env,
		name: 'xterm-256color',
		encoding: null,
	});
	child.onData(bytes => emulator.write(bytes));
	emulator.onData(answer => child.write(answer));
	onTestFinished(() => child.kill('SIGKILL'));
	return {
		type: (keys: string) => child.write(keys),
		screen() {
			const {active} = emulator.buffer;
			const lines = Array.from({length: size.rows}, (_, y) =>
				active
					.getLine(active.baseY + y)!
					.translateToString(true)
					.trimEnd(),
			);
			return `${lines.join('\n')}\ncursor ${active.cursorX},${active.cursorY}`;
		},
	};
};

/** The same of the terminal on the host. */
const screenOnHost = async (laptop: Laptop, id: string): Promise<string> => {
	const tmux = async (...args: string[]) =>
		(await run('tmux', ['-S', path.join(laptop.hostState, 'run/tmux.sock'), ...args])).stdout;
	const pane = `=${id}:`;
	const text = await tmux('capture-pane', '-p', '-t', pane);
	const lines = Array.from({length: size.rows}, (_, y) => (text.split('\n')[y] ?? '').trimEnd());
	const cursor = await tmux('display-message', '-p', '-t', pane, '#{cursor_x},#{cursor_y}');
	return `${lines.join('\n')}\ncursor ${cursor.trim()}`;
};

const arrows = ['\u001B[A', '\u001B[B', '\u001B[C', '\u001B[D'];
const key = fc.oneof(
	{weight: 6, arbitrary: fc.constantFrom(...'abcdefghij klm nop qrs tuv wxyz ./-012')},
	{weight: 1, arbitrary: fc.constantFrom('\r', '\u007F', '\u007F', ...arrows)},
);

const vim = ['vim', '-u', 'NONE', '-c', 'set nocompatible noswapfile', '-c', 'startinsert'];

test.each([
	{name: 'vim', command: vim, localEcho: 'never'},
	{name: 'vim', command: vim, localEcho: 'always'},
	{name: 'nano', command: ['nano'], localEcho: 'never'},
	{name: 'nano', command: ['nano'], localEcho: 'always'},
	{
		name: 'a shell',
		// What is typed is no command.
		command: ['env', 'PS1=$ ', 'PATH=/nowhere', '/bin/bash', '--norc'],
		localEcho: 'always',
	},
])(
	'$name is the same on both sides, local echo $localEcho',
	async ({command, localEcho}) => {
		const laptop = await startLaptop({config: `[ui]\nlocal_echo = "${localEcho}"\n`});
		const {agent} = (await laptop.json('load', 'shell', '--name', 'inner', '--', ...command)) as {
			agent: {id: string};
		};
		const terminal = openDrawn(laptop, ['attach', 'inner']);
		await expect.poll(() => terminal.screen(), {timeout: 15_000}).toMatch(/\S[^]*\ncursor/);
		const seed = Date.now() % 2 ** 31;
		for (const keys of fc.sample(fc.array(key, {minLength: 80, maxLength: 80}), {
			seed,
			numRuns: 3,
		})) {
			for (const one of keys) {
				terminal.type(one);
				// As quickly as somebody who holds a key: some echoes come between, some do not.
				await delay(10);
			}

			await expect
				.poll(
					async () => {
						const [here, there] = [terminal.screen(), await screenOnHost(laptop, agent.id)];
						return here === there ? 'the same' : `seed ${seed}, here\n${here}\nthere\n${there}`;
					},
					{timeout: 5000},
				)
				.toBe('the same');
		}
	},
	60_000,
);
