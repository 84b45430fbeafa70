import {execFile, spawn} from 'node:child_process';
import {existsSync, lstatSync} from 'node:fs';
import {mkdir, mkdtemp, readFile, readdir, rm, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {promisify} from 'node:util';
import {expect, onTestFinished, test} from 'vitest';
import {keyCommand, keyFiles, keyPipe} from '../../../source/agents/keys/key-pipe.ts';
import {launcherScript} from '../../../source/host/launcher/launcher-script.ts';
import {shellProgram} from '../../../source/host/launcher/shell-program.ts';

const run = promisify(execFile);
const secret = `it's a "key" \\ $HOME\nin two lines %s\n`;

/** An agent in its launcher, with one key; no tmux and no daemon. */
const prepare = async (line: string) => {
	const folder = await mkdtemp('/tmp/fkey-');
	onTestFinished(() => rm(folder, {recursive: true, force: true}));
	const scratch = path.join(folder, "it's here");
	const pipe = keyPipe(scratch, 'API_KEY');
	await mkdir(path.dirname(pipe), {recursive: true});
	for (const [file, text] of Object.entries(keyFiles(scratch, 'API_KEY'))) {
		await writeFile(file, text);
	}

	const [program, script] = keyCommand(scratch, 'API_KEY');
	const command = {
		argv: ['/bin/sh', '-c', line, 'agent', pipe, script, program],
		env: {PATH: process.env['PATH'] ?? ''},
		cwd: folder,
		keys: {[pipe]: secret},
	};
	await writeFile(path.join(folder, 'program'), shellProgram(command, {}));
	await writeFile(
		path.join(folder, 'launch.sh'),
		launcherScript({
			command: ['/bin/cat', path.join(folder, 'program'), '/dev/null', '/dev/null'],
			tmux: '/bin/true',
			socket: '/nowhere',
			state: folder,
		}).replace(' host launch "$2"', ''),
	);
	return {folder, pipe, argv: [path.join(folder, 'launch.sh'), 'outer', 'ticket', pipe]};
};

/** Processes that name this pipe: the launcher and the keeper that is its child. */
const keepers = async (pipe: string): Promise<string[]> => {
	const found: string[] = [];
	for (const pid of (await readdir('/proc')).filter(name => /^\d+$/.test(name))) {
		const words = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
		if (words.includes(`outer\0ticket\0${pipe}`)) found.push(pid);
	}

	return found;
};

test('an agent asks for its key as often as it likes, and its environment does not hold it', async () => {
	const line = `for i in 1 2 3 4 5; do cat "$1" >"copy$i"; done
		"$3" "$2" >asked
		for i in 1 2 3 4 5 6 7 8; do "$3" "$2" >"both$i" & done; wait
		env >env; exit 7`;
	const {folder, pipe, argv} = await prepare(line);
	const ended = await run('/bin/sh', argv).then(
		() => 0,
		(error: {code: number}) => error.code,
	);
	expect(ended).toBe(7);
	const file = (name: string) => readFile(path.join(folder, name), 'utf8');
	for (const index of [1, 2, 3, 4, 5]) expect(await file(`copy${index}`)).toBe(secret);
	// As `$(…)` in a shell: a key has no line breaks at its end.
	expect(await file('asked')).toBe(`${secret.trimEnd()}\n`);
	for (let index = 1; index <= 8; index++) {
		expect(await file(`both${index}`)).toBe(`${secret.trimEnd()}\n`);
	}

	expect(await file('env')).not.toContain('two lines');
	expect(existsSync(pipe)).toBe(false);
	expect(await keepers(pipe)).toEqual([]);
});

test('what keeps the key ends with the agent’s terminal', async () => {
	const {pipe, folder, argv} = await prepare('echo >started; exec sleep 1000');
	// `script` gives it a terminal, as tmux does.
	const terminal = spawn(
		'script',
		[
			'-qec',
			`exec /bin/sh ${argv.map(word => `'${word.replaceAll("'", `'\\''`)}'`).join(' ')}`,
			'/dev/null',
		],
		{stdio: 'ignore'},
	);
	onTestFinished(() => void terminal.kill('SIGKILL'));
	await expect.poll(() => existsSync(path.join(folder, 'started')), {timeout: 10_000}).toBe(true);
	expect(lstatSync(pipe).isFIFO()).toBe(true);
	expect((await keepers(pipe)).length).toBeGreaterThanOrEqual(2);
	terminal.kill('SIGKILL');
	await expect.poll(() => keepers(pipe), {timeout: 10_000}).toEqual([]);
});
