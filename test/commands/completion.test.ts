import {execFile} from 'node:child_process';
import {chmod, mkdtemp, rm, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {promisify} from 'node:util';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {completeWords, type Completion} from '../../source/commands/completion/complete-words.ts';
import {scripts} from '../../source/commands/completion/scripts.ts';
import {loadTable} from '../../source/commands/table.ts';

const table = await loadTable();
const run = promisify(execFile);
const complete = (...words: string[]): Completion => completeWords(words, table).completion;
const values = (...words: string[]): string[] => {
	const completion = complete(...words);
	return completion.kind === 'words' ? completion.words.map(({value}) => value) : [completion.of];
};

describe('what can stand where the cursor is', () => {
	test('commands come from the table, hidden ones not', () => {
		const first = values('');
		for (const {name, hidden} of table) {
			if (!hidden) expect(first).toContain(name.split(' ')[0]);
		}

		expect(first).not.toContain('demo-agent');
		expect(new Set(first).size).toBe(first.length);
		expect(values('lo')).toEqual(['load']);
	});

	test('every flag of every command, and the flags of all', () => {
		for (const {name, flags = [], hidden} of table) {
			if (hidden) continue;
			const offered = values(...name.split(' '), '--');
			for (const flag of flags) expect(offered).toContain(/--[a-z-]+/.exec(flag.flags)![0]);
			expect(offered).toContain('--remote');
		}
	});

	test.each<[string[], string]>([
		[['--remote', ''], 'remote'],
		[['--remote=d'], 'remote'],
		[['--remote', '=', 'd'], 'remote'],
		[['load', ''], 'role'],
		[['--json', 'attach', ''], 'agent'],
		[['stop', 'one', ''], 'agent'],
		[['load', 'claude', '--cwd', ''], 'directory'],
		[['load', 'claude', '--credential', ''], 'credential'],
		[['--config', ''], 'file'],
		[['load', 'shell', '--', 'l'], 'file'],
	])('%j is the name of a %s', (words, of) => {
		expect(complete(...words)).toMatchObject({kind: 'names', of});
	});

	test('members of a group, choices, and what stands before a comma', () => {
		expect(values('config', 's')).toEqual(['show']);
		expect(values('completion', 'b')).toEqual(['bash']);
		expect(values('status', '--format=t')).toEqual(['--format=tmux']);
		expect(complete('wait', 'a', '--state', 'done,i')).toMatchObject({
			of: 'state',
			before: 'done,',
		});
	});

	test('the remote and the configuration of the line are told', () => {
		expect(completeWords(['--remote', 'x', '--config=/f', 'attach', ''], table)).toMatchObject({
			remote: 'x',
			config: '/f',
		});
	});
});

describe('in a real shell', () => {
	let folder: string;
	beforeAll(async () => {
		folder = await mkdtemp(path.join(os.tmpdir(), 'fc-'));
		const program = path.join(import.meta.dirname, '../../dist/cli.js');
		const command = path.join(folder, 'console');
		await writeFile(command, `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`);
		await chmod(command, 0o755);
		await writeFile(
			path.join(folder, 'remote.toml'),
			'[remote.dev-server]\nssh = "dev"\n[remote.other]\nssh = "o"\n',
		);
		for (const [shell, script] of Object.entries(scripts)) {
			await writeFile(path.join(folder, `script.${shell}`), script);
		}
	});
	afterAll(() => rm(folder, {recursive: true, force: true}));

	const inShell = async (program: string, script: string): Promise<string> => {
		const args = program === 'zsh' ? ['-f', '-c', script] : ['-c', script];
		const {stdout} = await run(program, args, {
			cwd: folder,
			env: {
				PATH: `${folder}:/usr/bin:/bin`,
				HOME: folder,
				FLEET_CONFIG: path.join(folder, 'remote.toml'),
				FLEET_STATE_DIR: path.join(folder, 'state'),
			},
		});
		return stdout;
	};

	test('bash', async () => {
		const words = async (...line: string[]) =>
			inShell(
				'bash',
				`source script.bash; COMP_WORDS=(${line.map(word => `'${word}'`).join(' ')}); COMP_CWORD=${line.length - 1}; _fleet_console; printf '%s\\n' "\${COMPREPLY[@]}"`,
			);
		expect(await words('console', '--remote', 'd')).toBe('dev-server\n');
		expect(await words('console', '--remote', '=', '')).toBe('dev-server\nother\n');
		expect(await words('console', 'config', 'c')).toBe('check\n');
	});

	test('zsh', async () => {
		const words = async (...line: string[]) =>
			inShell(
				'zsh',
				`compdef() {}; _describe() { print -l -- \${(P)4} }; source script.zsh; words=(${line.map(word => `'${word}'`).join(' ')}); CURRENT=${line.length}; _fleet_console`,
			);
		expect(await words('console', '--remote', 'd')).toBe('dev-server:dev\n');
		expect(await words('console', 'config', 'c')).toContain('check:');
	});

	test('fish', async () => {
		const words = async (line: string) =>
			inShell('fish', `source script.fish; complete -C "${line}"`);
		expect(await words('console --remote d')).toBe('dev-server\tdev\n');
		expect(await words('console config c')).toContain('check\t');
	});
});
