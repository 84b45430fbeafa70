import {chmod, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import type {Config, SyncRule} from '../../source/config/config.ts';
import type {HandlerContext} from '../../source/handlers/handler.ts';
import {handlers} from '../../source/handlers/handlers.ts';
import {locate, mappedRoots} from '../../source/handlers/locate.ts';
import type {ActionKind, RemoteAction} from '../../source/protocol/action.ts';

let folder: string;
let recorder: string;
let record: string;

beforeEach(async () => {
	folder = await realpath(await mkdtemp(path.join(os.tmpdir(), 'fleet-handlers-')));
	recorder = path.join(folder, 'bin', 'recorder');
	record = path.join(folder, 'record');
	await mkdir(path.join(folder, 'bin'));
	await writeFile(
		recorder,
		`#!/bin/sh\n{ for a in "$@"; do printf '%s\\n' "$a"; done; printf 'in %s\\n' "$PWD"; } >'${record}.new'\nmv '${record}.new' '${record}'\n`,
	);
	await chmod(recorder, 0o755);
});
afterEach(() => rm(folder, {recursive: true, force: true}));

const recorded = () =>
	vi.waitFor(async () => (await readFile(record, 'utf8')).trimEnd().split('\n'), {timeout: 10_000});

const request = (kind: ActionKind, argument: string): RemoteAction => ({
	id: 'r1',
	kind,
	argument,
	agent: 'a1',
	cwd: '/srv/app',
	requestedAt: '2026-11-20T12:00:00.000Z',
	expiresAt: '2026-11-20T12:05:00.000Z',
});

type Overrides = Partial<Omit<HandlerContext, 'handlers'>> & {
	handlers?: Partial<Config['handlers']>;
};

const context = (overrides: Overrides = {}): HandlerContext => ({
	ssh: 'ada@dev',
	locate: async () => ({unmapped: 'no sync rule maps it'}),
	forwards: null,
	...overrides,
	handlers: {
		web: {command: [recorder, '--open', '{}'], policy: 'allow'},
		ide: {command: [recorder, '{}'], tool: null, policy: 'allow'},
		diff: {command: null, policy: 'allow'},
		...overrides.handlers,
	},
});

const rule = (local: string, remote: string, more: Partial<SyncRule> = {}): SyncRule => ({
	direction: 'bidi',
	local,
	remote,
	exclude: [],
	owner: 'local',
	conflict: 'keep-both',
	git: 'exclude',
	dereferenceSymlinks: false,
	maxDelete: 200,
	includeSecrets: [],
	...more,
});

const locator = async (...rules: SyncRule[]): Promise<HandlerContext['locate']> => {
	const roots = await mappedRoots({
		rules,
		resolveOnHost: async file => file,
		isExcluded: () => false,
	});
	return file => locate(file, roots);
};

test('web hands the link to the configured program as one argument', async () => {
	const result = await handlers.web(request('web', 'https://example.com/?a=$(id);b'), context());
	expect(result.outcome).toBe('opened');
	expect(await recorded()).toEqual([
		'--open',
		'https://example.com/?a=$(id);b',
		`in ${process.cwd()}`,
	]);
});

test('web forwards the port of the host first, and says so', async () => {
	const ensure = vi.fn(async () => ({hostPort: 3000, localPort: 40_000, agent: 'a1', since: 0}));
	const forwards = {ensure, list: () => [], release() {}, close() {}};
	const result = await handlers.web(request('web', 'http://localhost:3000/x'), context({forwards}));
	expect(ensure).toHaveBeenCalledWith(3000, {exact: false, agent: 'a1'});
	expect(result.message).toMatch(/localhost:40000 leads to the host's port 3000/);
	expect((await recorded())[1]).toBe('http://localhost:40000/x');
});

test('web keeps the link as it is when host and laptop are one machine', async () => {
	await handlers.web(request('web', 'http://localhost:3000/x'), context({ssh: null}));
	expect((await recorded())[1]).toBe('http://localhost:3000/x');
});

test('web opens nothing when the way back cannot be forwarded', async () => {
	const link = 'https://login.example/?redirect_uri=http%3A%2F%2Flocalhost%3A1455%2F';
	const result = await handlers.web(request('web', link), context());
	expect(result).toMatchObject({outcome: 'failed', message: expect.stringContaining('forward')});
});

test('a program that is missing or fails is an outcome, not a crash', async () => {
	const missing = await handlers.web(
		request('web', 'https://example.com'),
		context({handlers: {web: {command: ['/nowhere/browser', '{}'], policy: 'allow'}}}),
	);
	expect(missing).toEqual({outcome: 'failed', message: '/nowhere/browser was not found'});
	const failing = await handlers.web(
		request('web', 'https://example.com'),
		context({handlers: {web: {command: ['/bin/false', '{}'], policy: 'allow'}}}),
	);
	expect(failing).toEqual({outcome: 'failed', message: '/bin/false exited with 1'});
});

test('ide opens the synced copy of a host path', async () => {
	await mkdir(path.join(folder, 'work/src'), {recursive: true});
	await writeFile(path.join(folder, 'work/src/a.ts'), '');
	const result = await handlers.ide(
		request('ide', '/srv/app/src/a.ts:7'),
		context({locate: await locator(rule(path.join(folder, 'work'), '/srv/app'))}),
	);
	expect(result.outcome).toBe('opened');
	expect((await recorded())[0]).toBe(path.join(folder, 'work/src/a.ts'));
});

test('ide never opens the file of the same path here; the editor opens the host', async () => {
	const here = path.join(folder, 'same.ts');
	await writeFile(here, '');
	const result = await handlers.ide(request('ide', `${here}:7:2`), context());
	expect((await recorded())[0]).toBe(`vscode://vscode-remote/ssh-remote+ada@dev${here}:7:2`);
	expect(result.message).toMatch(/on the host.*no sync rule/);
});

test('ide opens the host when the synced copy is not here yet', async () => {
	await mkdir(path.join(folder, 'work'));
	await handlers.ide(
		request('ide', '/srv/app/new.ts:1'),
		context({locate: await locator(rule(path.join(folder, 'work'), '/srv/app'))}),
	);
	expect((await recorded())[0]).toBe(
		'vscode://vscode-remote/ssh-remote+ada@dev/srv/app/new.ts:1:1',
	);
});

test('ide says that a local editor cannot open the host', async () => {
	const result = await handlers.ide(
		request('ide', '/srv/app/x.ts'),
		context({handlers: {ide: {command: ['vim', '{}'], tool: null, policy: 'allow'}}}),
	);
	expect(result).toMatchObject({
		outcome: 'failed',
		message: expect.stringMatching(/no sync rule.*vim opens no folder/),
	});
});

test('ide borrows the terminal for an editor that draws in it', async () => {
	await mkdir(path.join(folder, 'work'));
	await writeFile(path.join(folder, 'work/a.ts'), '');
	const runInTerminal = vi.fn(async () => 0);
	const result = await handlers.ide(
		request('ide', '/srv/app/a.ts:3'),
		context({
			runInTerminal,
			locate: await locator(rule(path.join(folder, 'work'), '/srv/app')),
			handlers: {ide: {command: ['vim'], tool: null, policy: 'allow'}},
		}),
	);
	expect(runInTerminal).toHaveBeenCalledWith({
		argv: ['vim', '+call cursor(3, 1)', path.join(folder, 'work/a.ts')],
	});
	expect(result.outcome).toBe('opened');
});

test('a symlink that leads out of the synced folder maps nowhere', async () => {
	await mkdir(path.join(folder, 'work'));
	await mkdir(path.join(folder, 'private'));
	await writeFile(path.join(folder, 'private/key'), '');
	await symlink(path.join(folder, 'private'), path.join(folder, 'work/out'));
	const at = await locator(rule(path.join(folder, 'work'), '/srv/app'));
	expect(await at('/srv/app/out/key')).toEqual({
		unmapped: 'a symlink leads out of the synced folder',
	});
	expect(await at('/srv/app/out/not-there')).toHaveProperty('unmapped');
});

test('a rule whose local folder is itself a symlink still maps', async () => {
	await mkdir(path.join(folder, 'real'));
	await symlink(path.join(folder, 'real'), path.join(folder, 'link'));
	const at = await locator(rule(path.join(folder, 'link'), '/srv/app'));
	expect(await at('/srv/app/a')).toMatchObject({local: path.join(folder, 'real/a')});
});

test('diff runs the command in the synced copy, with a git that trusts no look-alike repository', async () => {
	await mkdir(path.join(folder, 'work/.git'), {recursive: true});
	const result = await handlers.diff(
		request('diff', '/srv/app'),
		context({
			locate: await locator(rule(path.join(folder, 'work'), '/srv/app')),
			handlers: {diff: {command: [recorder, 'difftool', '--dir-diff'], policy: 'allow'}},
		}),
	);
	expect(result.outcome).toBe('opened');
	expect(await recorded()).toEqual(['difftool', '--dir-diff', `in ${path.join(folder, 'work')}`]);
});

test.each([
	['nothing maps it', async () => locator(), /no sync rule/],
	[
		'the copy is no git work tree',
		async () => locator(rule(path.join(folder, 'bin'), '/srv/app')),
		/no git work tree/,
	],
	[
		'the host writes its .git',
		async () => locator(rule(path.join(folder, 'bin'), '/srv/app', {git: 'include'})),
		/\.git comes from the host/,
	],
])("diff shows the host's own when %s", async (_name, makeLocator, reason) => {
	const showDiff = vi.fn(() => true);
	const result = await handlers.diff(
		request('diff', '/srv/app'),
		context({
			showDiff,
			locate: await makeLocator(),
			handlers: {diff: {command: [recorder], policy: 'allow'}},
		}),
	);
	expect(showDiff).toHaveBeenCalledWith({agent: 'a1', path: '/srv/app'});
	expect(result.message).toMatch(reason);
});
