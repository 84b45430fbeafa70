import {execFile} from 'node:child_process';
import {chmod, mkdir, readdir, stat, symlink, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {relayNames} from '../../../source/host/relays/relay-script.ts';
import {ask, launch, startHost, type TestHost} from '../host-harness.ts';
import {environmentOf} from '../actions/environment-of.ts';

let host: TestHost;
let env: Record<string, string>;
let agent: string;
let folder: string;

beforeEach(async () => {
	host = await startHost({command: ['/bin/echo', 'whole program:']});
	agent = (await launch(host)).id;
	env = await environmentOf(host, agent);
	folder = path.join(host.folder, 'tree');
	await mkdir(folder);
});
afterEach(() => host.close());

type Ended = {code: number; stdout: string; stderr: string};
const run = (file: string, args: string[], more: Record<string, string> = {}): Promise<Ended> =>
	new Promise(resolve => {
		execFile(
			file,
			args,
			{cwd: folder, env: {...env, ...more}, timeout: 20_000},
			(error, stdout, stderr) => resolve({code: error ? Number(error.code) : 0, stdout, stderr}),
		);
	});

/** Plays the operator's console: answers the next request, and yields it. */
const operator = async (outcome: string, message = 'by the test') => {
	const action = await vi.waitFor(
		async () => {
			const [first] = (await ask(host, 'GET', '/v1/actions')).json.actions;
			expect(first).toBeDefined();
			return first!;
		},
		{timeout: 10_000},
	);
	await ask(host, 'POST', `/v1/actions/${action.id}/claim`);
	await ask(host, 'POST', `/v1/actions/${action.id}/result`, {body: {outcome, message}});
	return action;
};

/** A PATH on which curl is not. */
const withoutCurl = async (): Promise<Record<string, string>> => {
	const bin = path.join(host.folder, 'bin');
	await mkdir(bin);
	await symlink('/usr/bin/perl', path.join(bin, 'perl'));
	return {PATH: `${env['PATH']!.split(':')[0]}:${bin}`};
};

test('the relays stand first on PATH, and are nobody else’s to change', async () => {
	const relays = env['PATH']!.split(':')[0]!;
	expect((await readdir(relays)).sort()).toEqual(['relay', 'keep-path.sh', ...relayNames].sort());
	expect((await stat(relays)).mode & 0o077).toBe(0);
	expect(env['BROWSER']).toBe(path.join(relays, 'browser'));
});

test.each(['browser', 'xdg-open', 'www-browser', 'x-www-browser', 'sensible-browser'])(
	'%s passes a link on for its agent and ends well',
	async name => {
		const [ended, action] = await Promise.all([
			run(name, ['https://example.com/?a=1&b=%22']),
			operator('opened'),
		]);
		expect(action).toMatchObject({
			kind: 'web',
			argument: 'https://example.com/?a=1&b=%22',
			agent,
			cwd: folder,
		});
		expect(ended).toEqual({code: 0, stdout: '', stderr: ''});
	},
);

test.each([
	['denied', 5],
	['expired', 5],
	['failed', 1],
])('an outcome of %s is said and is exit code %i', async (outcome, code) => {
	const [ended] = await Promise.all([
		run('xdg-open', ['https://example.com']),
		operator(outcome, 'because'),
	]);
	expect(ended.code).toBe(code);
	expect(ended.stderr).toContain('because');
});

test('without curl it goes by perl', async () => {
	const [ended, action] = await Promise.all([
		run(env['BROWSER']!, ['https://example.com/perl'], await withoutCurl()),
		operator('opened'),
	]);
	expect(ended).toEqual({code: 0, stdout: '', stderr: ''});
	expect(action.argument).toBe('https://example.com/perl');
});

test('code opens files and folders, at a line', async () => {
	await writeFile(path.join(folder, 'a b.ts'), '');
	const [, first] = await Promise.all([
		run('code', ['-r', '-g', 'a b.ts:3:4']),
		operator('opened'),
	]);
	expect(first).toMatchObject({kind: 'ide', argument: `${folder}/a b.ts:3:4`});
	const [, second] = await Promise.all([run('cursor', ['.']), operator('opened')]);
	expect(second).toMatchObject({kind: 'ide', argument: folder});
	expect(await run('code', ['--wait', 'a b.ts'])).toMatchObject({
		code: 1,
		stderr: /cannot be waited for/,
	});
});

test('xdg-open of a file is for the editor', async () => {
	await writeFile(path.join(folder, 'a.ts'), '');
	const [, action] = await Promise.all([run('xdg-open', ['a.ts']), operator('opened')]);
	expect(action).toMatchObject({kind: 'ide', argument: `${folder}/a.ts:1`});
});

test('console open prints the outcome; the rest is the whole program’s', async () => {
	const [ended] = await Promise.all([
		run('console', ['open', 'https://example.com']),
		operator('opened', 'opened it'),
	]);
	expect(ended).toEqual({code: 0, stdout: 'opened it\n', stderr: ''});
	const [diff, action] = await Promise.all([run('console', ['diff']), operator('opened')]);
	expect(diff.code).toBe(0);
	expect(action).toMatchObject({kind: 'diff', argument: folder});
	expect((await run('console', ['list', '--json'])).stdout).toBe('whole program: list --json\n');
	expect((await run('fleet-console', ['open', '--no-wait', 'https://x.example'])).stdout).toBe(
		'whole program: open --no-wait https://x.example\n',
	);
});

test('what JSON would have to escape is left to the whole program', async () => {
	expect((await run('browser', ['https://example.com/"x'])).stdout).toBe(
		'whole program: open -- https://example.com/"x\n',
	);
	expect((await run('browser', ['https://example.com/\n'])).stdout).toContain('open -- https');
});

test('outside of an agent, and for what is no link, the real program is started', async () => {
	const bin = path.join(host.folder, 'real');
	await mkdir(bin);
	await writeFile(path.join(bin, 'xdg-open'), '#!/bin/sh\necho "real $*"\n');
	await chmod(path.join(bin, 'xdg-open'), 0o755);
	const PATH = `${env['PATH']}:${bin}`;
	expect((await run('xdg-open', ['--version'], {PATH})).stdout).toBe('real --version\n');
	expect(
		(await run('xdg-open', ['https://x.example'], {PATH, FLEET_HOST_SOCKET: '/nowhere'})).stdout,
	).toBe('real https://x.example\n');
	expect((await run('x-www-browser', ['--help'], {PATH})).code).toBe(1);
});

test('a flood is denied quickly', async () => {
	const results = [];
	for (let index = 0; index < 12; index++) {
		// Requests that nobody answers are left running; only what is refused ends at once.
		results.push(run('browser', [`https://example.com/${index}`]));
	}

	const denied = await Promise.race(
		results.map(async result =>
			(await result).code === 5 ? result : new Promise<Ended>(() => {}),
		),
	);
	expect(denied.stderr).toMatch(/denied: too many requests/);
});

test('git web--browse reaches the relay', async () => {
	const [ended, action] = await Promise.all([
		run('git', ['web--browse', 'https://example.com/git']),
		operator('opened'),
	]);
	expect(ended.code, ended.stderr).toBe(0);
	expect(action.argument).toBe('https://example.com/git');
});

test('a login shell that sets PATH anew has them first again', async () => {
	const relays = env['PATH']!.split(':')[0]!;
	await writeFile(path.join(folder, '.bash_profile'), 'PATH=/usr/bin:/bin\nexport PATH\n');
	const home = {HOME: folder};
	const where = 'command -v xdg-open; sh -c "command -v code"';
	const both = `${relays}/xdg-open\n${relays}/code\n`;
	// As agents run their commands.
	expect((await run('bash', ['-lc', where], home)).stdout).toBe(both);
	expect((await run('bash', ['-c', `${where}; echo $PATH`], home)).stdout).toBe(
		`${both}${env['PATH']}\n`,
	);
	// As a person does, at its prompt.
	const typed = execFile('bash', ['-li'], {cwd: folder, env: {...env, ...home}});
	const said = new Promise<string>(resolve => {
		let text = '';
		typed.stdout!.on('data', (piece: string) => (text += piece)).on('end', () => resolve(text));
	});
	typed.stdin!.end(`${where}\n`);
	expect(await said).toBe(both);
});

test('what bash read before, it still reads', async () => {
	await writeFile(path.join(folder, 'own-env'), 'OWN=read\n');
	const {id} = await launch(host, {env: {BASH_ENV: path.join(folder, 'own-env')}});
	const other = await environmentOf(host, id);
	// With a socket as its input, bash would take itself for the first shell of a login over ssh.
	const inner = {...other, SHLVL: '2'};
	const {stdout} = await run('bash', ['-c', 'echo "$OWN"; command -v code'], inner);
	expect(stdout).toBe(`read\n${other['PATH']!.split(':')[0]}/code\n`);
});
