import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {describe, expect, onTestFinished, test, vi} from 'vitest';
import {agentKinds} from '../../../source/agents/registry.ts';
import {findSession} from '../../../source/host/agents/find-session.ts';
import {ask, startHost} from '../host-harness.ts';

const session = '9451a9d1-583c-416f-b26f-54f5c9e46d54';
/** Where each kind's program was seen to keep it. */
const files: Record<string, string> = {
	claude: `.claude/projects/-srv-app/${session}.jsonl`,
	codex: `.codex/sessions/2026/11/25/rollout-2026-11-25T18-00-00-${session}.jsonl`,
	opencode: '.local/share/opencode/opencode.db',
	gemini: '.gemini/tmp/app/chats/session-2026-11-25T18-00-9451a9d1.jsonl',
	qwen: `.qwen/projects/-srv-app/chats/${session}.jsonl`,
};

const homeWith = async (...names: string[]): Promise<string> => {
	const home = await mkdtemp('/tmp/fr-');
	onTestFinished(() => rm(home, {recursive: true, force: true}));
	for (const name of names) {
		await mkdir(path.dirname(path.join(home, name)), {recursive: true});
		await writeFile(path.join(home, name), '');
	}

	return home;
};

const launch = {args: [] as string[], command: null, env: {}};

describe.each(Object.keys(files))('%s', kind => {
	test('takes up a session that is there', async () => {
		const home = await homeWith(files[kind]!);
		expect(await findSession(kind, session, launch, {login: {}, home})).toBe(session);
	});

	test('begins anew where it is gone, was never begun, or the person chose another', async () => {
		const home = await homeWith();
		expect(await findSession(kind, session, launch, {login: {}, home})).toBeNull();
		const there = await homeWith(files[kind]!);
		expect(await findSession(kind, null, launch, {login: {}, home: there})).toBeNull();
		const args = kind === 'codex' ? ['resume', 'other'] : [kind === 'opencode' ? '-s' : '-r', 'x'];
		expect(
			await findSession(kind, session, {...launch, args}, {login: {}, home: there}),
		).toBeNull();
		const command = ['my-wrapper'];
		expect(
			await findSession(kind, session, {...launch, command}, {login: {}, home: there}),
		).toBeNull();
	});

	test('is given it before the person’s arguments, and no prompt again', () => {
		const context = {
			...{cwd: '/srv/app', home: '/home/u', prompt: 'begin', scratch: '/s', shell: '/bin/sh'},
			args: ['--model', 'x'],
			session,
			env: {},
			secrets: [],
			readFile: () => null,
		};
		const {argv, typed} = agentKinds.find(({name}) => name === kind)!.plan(context);
		expect(argv.slice(1, 3)).toEqual([
			{codex: 'resume', opencode: '--session'}[kind] ?? '--resume',
			session,
		]);
		expect(argv.slice(-2)).toEqual(['--model', 'x']);
		expect(typed).toBeUndefined();
	});
});

test('a session name that is none is no argument and no path', async () => {
	const home = await homeWith('.claude/x.jsonl');
	for (const name of ['../../x', '--dangerously-skip-permissions', '', 'a b']) {
		expect(await findSession('claude', name, launch, {login: {}, home})).toBeNull();
	}
});

test('a restart takes up the last session, until a fresh one is asked for', async () => {
	const home = await homeWith(files['claude']!, 'bin/other');
	await writeFile(path.join(home, 'bin/claude'), '#!/bin/sh\n', {mode: 0o755});
	const host = await startHost({
		environment: async () => ({
			...{PATH: `${home}/bin:/usr/bin:/bin`, SHELL: '/bin/sh', HOME: home},
		}),
	});
	const {json} = await ask(host, 'POST', '/v1/agents', {
		body: {agent: 'claude', name: 'a', prompt: 'begin', cwd: '/tmp'},
	});
	const {id} = json.agent;
	const argv = async (): Promise<string[]> =>
		(await ask(host, 'POST', `/v1/launches/${host.runtime.terminal(id).launch.ticket}`)).json.argv;
	expect(await argv()).toEqual(expect.arrayContaining(['--', 'begin']));
	await ask(host, 'POST', '/v1/agents/a/report', {
		body: {event: 'UserPromptSubmit', payload: {session_id: session}},
	});
	await vi.waitFor(async () =>
		expect((await ask(host, 'GET', '/v1/agents/a')).json.agent.session).toBe(session),
	);
	const again = async (body: object): Promise<string[]> => {
		const before = host.runtime.terminal(id);
		await ask(host, 'POST', '/v1/agents/a/restart', {body});
		await vi.waitFor(() => expect(host.runtime.terminal(id)).not.toBe(before));
		return argv();
	};
	const resumed = await again({});
	expect(resumed.slice(1, 3)).toEqual(['--resume', session]);
	expect(resumed).not.toContain('begin');
	// A run that said nothing of its session yet has the same one.
	expect((await again({})).slice(1, 3)).toEqual(['--resume', session]);
	expect(await again({fresh: true})).toEqual(expect.arrayContaining(['--', 'begin']));
	expect(await again({})).not.toContain('--resume');
});
