// The console as a person has it: the real program, a real terminal, a real host.
import {mkdtemp, rm} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {execFile} from 'node:child_process';
import {promisify} from 'node:util';
import {afterAll, afterEach, beforeAll, expect, test} from 'vitest';
import {openTmuxTerminal, type TmuxTerminal} from '../harness/tmux-terminal.ts';

const run = promisify(execFile);
const program = path.join(import.meta.dirname, '../../dist/cli.js');
let folder: string;
let env: Record<string, string>;
const terminals: TmuxTerminal[] = [];

const console = async (...args: string[]): Promise<string> => {
	const {stdout} = await run(process.execPath, [program, ...args], {
		env: {...process.env, ...env},
		timeout: 60_000,
	});
	return stdout;
};

const openConsole = async (columns = 100, rows = 30): Promise<TmuxTerminal> => {
	const terminal = await openTmuxTerminal({columns, rows, env});
	terminals.push(terminal);
	await terminal.until('ready$');
	await terminal.type(`${process.execPath} ${program}\n`);
	await terminal.until('● live');
	return terminal;
};

beforeAll(async () => {
	folder = await mkdtemp(path.join(os.tmpdir(), 'fcc-'));
	env = {
		HOME: folder,
		XDG_CONFIG_HOME: folder,
		FLEET_STATE_DIR: path.join(folder, 's'),
		SHELL: '/bin/bash',
		CI: 'false',
	};
	for (const name of ['one', 'two']) {
		await console(
			'load',
			'shell',
			'--name',
			name,
			'--cwd',
			folder,
			'--',
			'env',
			`PS1=${name}$ `,
			'bash',
			'--norc',
			'-i',
		);
	}
}, 60_000);

afterEach(async () => {
	await Promise.all(terminals.splice(0).map(async terminal => terminal.close()));
});

afterAll(async () => {
	await console('host', 'stop', '--agents').catch(() => undefined);
	await rm(folder, {recursive: true, force: true});
}, 60_000);

test('steps into an agent and out again, twice, and hears every key after', async () => {
	const terminal = await openConsole();
	await terminal.until('▸ one');
	for (const word of ['first', 'second']) {
		await terminal.press('Enter');
		await terminal.until(text => text.includes('one$') && !text.includes('AGENT'));
		await terminal.type(`echo ${word} visit\n`);
		await terminal.until(new RegExp(`^${word} visit`, 'm'));
		await terminal.press('C-\\');
		await terminal.until('AGENT');
	}

	await terminal.press('j');
	await terminal.until('▸ two');
	await terminal.press('k');
	await terminal.until('▸ one');
	await terminal.until('second visit');
	await terminal.press('q');
	await terminal.until(text => !text.includes('AGENT') && text.includes('ready$'));
	expect(await terminal.format('#{alternate_on}')).toBe('0');
	expect(await terminal.format('#{pane_title}')).not.toContain('local');
});

test('starts an agent, prompts it, stops it and forgets it', async () => {
	const terminal = await openConsole(120, 30);
	await terminal.until('▸ one');
	await terminal.press('n');
	await terminal.until('New agent on local');
	await terminal.until('What    ‹');
	await terminal.type('s');
	await terminal.until('‹ shell ›');
	await terminal.press('Tab');
	await terminal.type('three');
	await terminal.press('Enter');
	await terminal.until('▸ three');
	await terminal.press('p');
	await terminal.until('Prompt for three');
	await terminal.type('echo prompted: $((6*7))');
	await terminal.press('Enter');
	await terminal.until('prompted: 42');
	await terminal.press('x');
	await terminal.until('Stop three?');
	await terminal.press('y');
	await terminal.until(/▸ three +✗ exited/);
	await terminal.press('D');
	await terminal.until('Remove three?');
	await terminal.press('y');
	await terminal.until(text => !text.includes('three'));
});

test('is stopped by Ctrl-Z and comes back as it was', async () => {
	const terminal = await openConsole();
	await terminal.until('▸ one');
	await terminal.press('C-z');
	await terminal.until('Stopped');
	expect(await terminal.format('#{alternate_on}')).toBe('0');
	await terminal.type('echo in the shell\n');
	await terminal.until(/^in the shell/m);
	await terminal.type('fg\n');
	await terminal.until('▸ one');
	await terminal.press('j');
	await terminal.until('▸ two');
});

test('follows the terminal’s size down to a side pane and up again', async () => {
	const terminal = await openConsole(120, 30);
	await terminal.until('▸ one');
	await terminal.resize(40, 12);
	await terminal.until(text => !text.includes('AGENT') && text.includes('one'));
	await terminal.resize(200, 50);
	const text = await terminal.until(/AGENT.*│ one/);
	expect(text.split('\n')).toHaveLength(50);
});

test('killed, it leaves the terminal as it was', async () => {
	const terminal = await openConsole();
	await terminal.until('▸ one');
	const shell = await terminal.format('#{pane_pid}');
	const {childrenOf} = await import('../harness/processes.ts');
	for (const pid of await childrenOf(Number(shell))) process.kill(pid, 'SIGTERM');
	await terminal.until(text => !text.includes('AGENT') && text.includes('ready$'));
	expect(await terminal.format('#{alternate_on}')).toBe('0');
	await terminal.type('stty -a | grep -o " icanon\\| echo\\b" | tr -d "\\n"; echo .\n');
	await terminal.until(/ icanon echo\./);
});
