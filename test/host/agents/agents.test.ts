import {writeFile} from 'node:fs/promises';
import path from 'node:path';
import {expect, onTestFinished, test, vi} from 'vitest';
import {FakeRuntime} from '../fake-runtime.ts';
import {ask, launch, startHost, stateFolder, type TestHost} from '../host-harness.ts';
import {subscribe} from '../sse.ts';

const get = async (host: TestHost, id: string) =>
	(await ask(host, 'GET', `/v1/agents/${id}`)).json.agent;

/** What the launcher in the terminal would start. */
const redeem = async (host: TestHost, id: string) =>
	(await ask(host, 'POST', `/v1/launches/${host.runtime.terminal(id).launch.ticket}`)).json;

test('the launcher gets the command once, with secrets that are kept nowhere', async () => {
	const host = await startHost();
	const agent = await launch(host, {
		command: ['cat', '-u'],
		env: {EDITOR: 'vi'},
		environment: {GH_TOKEN: 'gho_very_secret'},
	});
	const command = await redeem(host, agent.id);
	expect(command).toMatchObject({argv: ['cat', '-u'], cwd: '/tmp'});
	expect(command.env).toMatchObject({
		EDITOR: 'vi',
		GH_TOKEN: 'gho_very_secret',
		FLEET_AGENT_ID: agent.id,
		FLEET_HOST_SOCKET: host.socket,
	});
	const {ticket} = host.runtime.terminal(agent.id).launch;
	expect((await ask(host, 'POST', `/v1/launches/${ticket}`)).status).toBe(403);
	await host.close();
	const {execFileSync} = await import('node:child_process');
	const found = execFileSync('sh', ['-c', `grep -rl gho_very_secret ${host.folder} || true`]);
	expect(found.toString()).toBe('');
});

test('a key that the agent asks for itself is in a pipe, and not in its environment', async () => {
	const host = await startHost();
	const secret = 'sk-very-secret';
	const {folder} = host;
	await writeFile(path.join(folder, 'claude'), '#!/bin/sh\n', {mode: 0o755});
	const agent = await launch(host, {
		agent: 'claude',
		command: null,
		env: {PATH: folder, ANTHROPIC_API_KEY: 'of the role'},
		environment: {ANTHROPIC_API_KEY: secret, GH_TOKEN: 'gho_very_secret'},
	});
	const {launch: launched} = host.runtime.terminal(agent.id);
	const {env, keys} = await redeem(host, agent.id);
	const pipe = path.join(folder, 'agents', agent.id, 'keys/ANTHROPIC_API_KEY');
	expect(launched.pipes).toEqual([pipe]);
	expect(keys).toEqual({[pipe]: secret});
	expect(env).not.toHaveProperty('ANTHROPIC_API_KEY');
	expect(env).toMatchObject({GH_TOKEN: 'gho_very_secret'});
});

test('an agent that ends leaves its code and its last line', async () => {
	const host = await startHost();
	const agent = await launch(host);
	host.runtime.terminal(agent.id).lines = ['npm: not \u001b[31mfound', '', ''];
	host.runtime.exit(agent.id, {code: 127, signal: null});
	await vi.waitFor(async () => {
		expect(await get(host, agent.id)).toMatchObject({
			state: 'exited',
			pid: null,
			exit: {code: 127, signal: null, message: 'npm: not found'},
		});
	});
});

test('stop is TERM, and KILL for what does not listen', async () => {
	const host = await startHost();
	host.runtime.obeysTerm = false;
	const agent = await launch(host);
	const answer = await ask(host, 'POST', `/v1/agents/${agent.id}/stop`, {body: {grace: 0.1}});
	expect(answer.status).toBe(200);
	expect(host.runtime.terminal(agent.id).signals).toEqual(['TERM']);
	await vi.waitFor(async () => {
		expect(await get(host, agent.id)).toMatchObject({exit: {signal: 'KILL'}});
	});
	expect(host.runtime.terminal(agent.id).signals).toEqual(['TERM', 'KILL']);
	const again = await ask(host, 'POST', `/v1/agents/${agent.id}/stop`, {body: {}});
	expect(again.json.agent.state).toBe('exited');
	expect(host.runtime.terminal(agent.id).signals).toHaveLength(2);
});

test('restart ends what runs and starts it again under the same id, name and role', async () => {
	const host = await startHost();
	const agent = await launch(host, {name: 'docs', role: 'writer', env: {A: '1'}});
	const first = host.runtime.terminal(agent.id);
	expect((await ask(host, 'POST', '/v1/agents/docs/restart', {body: {}})).status).toBe(200);
	await vi.waitFor(() => expect(host.runtime.terminal(agent.id)).not.toBe(first));
	expect(first.signals).toEqual(['TERM']);
	expect(await get(host, agent.id)).toMatchObject({
		name: 'docs',
		role: 'writer',
		state: 'starting',
		exit: null,
		createdAt: agent.createdAt,
	});
	expect((await get(host, agent.id)).since > agent.since).toBe(true);
	expect((await redeem(host, agent.id)).env.A).toBe('1');
	host.runtime.exit(agent.id, {code: 0, signal: null});
	expect((await ask(host, 'POST', '/v1/agents/docs/restart', {body: {}})).status).toBe(200);
	expect(await get(host, agent.id)).toMatchObject({state: 'starting', exit: null});
});

test('of two restarts at once one is carried out', async () => {
	const host = await startHost();
	const agent = await launch(host);
	host.runtime.obeysTerm = false;
	const restart = () => ask(host, 'POST', `/v1/agents/${agent.id}/restart`, {body: {}});
	const answers = await Promise.all([restart(), restart()]);
	expect(answers.map(({status}) => status).sort()).toEqual([200, 409]);
	const first = host.runtime.terminal(agent.id);
	host.runtime.exit(agent.id, {code: 0, signal: null});
	await vi.waitFor(() => expect(host.runtime.terminal(agent.id)).not.toBe(first));
});

test('a restart while another one makes the new terminal is refused', async () => {
	const host = await startHost();
	const {id} = await launch(host);
	host.runtime.exit(id, {code: 0, signal: null});
	const launched = host.runtime.launch.bind(host.runtime);
	const gate = Promise.withResolvers<void>();
	host.runtime.launch = async next => {
		await gate.promise;
		return launched(next);
	};
	const restart = () => ask(host, 'POST', `/v1/agents/${id}/restart`, {body: {}});
	const first = restart();
	await expect.poll(async () => (await get(host, id)).state).toBe('starting');
	expect((await restart()).json).toMatchObject({code: 'conflict'});
	gate.resolve();
	expect((await first).status).toBe(200);
});

test('a restart that was refused starts nothing when the agent ends later', async () => {
	const host = await startHost();
	const {id} = await launch(host);
	const signal = host.runtime.signal.bind(host.runtime);
	host.runtime.signal = async () => {
		throw new Error('no such terminal');
	};
	expect((await ask(host, 'POST', `/v1/agents/${id}/restart`, {body: {}})).status).toBe(500);
	host.runtime.signal = signal;
	const terminal = host.runtime.terminal(id);
	host.runtime.exit(id, {code: 0, signal: null});
	expect((await get(host, id)).state).toBe('exited');
	expect(host.runtime.terminal(id)).toBe(terminal);
});

test('a launch that the runtime refuses leaves no agent behind', async () => {
	const host = await startHost();
	host.runtime.launch = async () => {
		throw new Error('no terminal left');
	};
	const answer = await ask(host, 'POST', '/v1/agents', {
		body: {agent: 'shell', command: ['cat'], cwd: '/tmp'},
	});
	expect(answer.status).toBe(500);
	expect(answer.json.detail).toBe('no terminal left');
	expect((await ask(host, 'GET', '/v1/agents')).json.agents).toEqual([]);
});

test('a restart needs the secrets of the launch again', async () => {
	const host = await startHost();
	const agent = await launch(host, {environment: {GH_TOKEN: 'x', OTHER: 'y'}});
	const refused = await ask(host, 'POST', `/v1/agents/${agent.id}/restart`, {
		body: {environment: {OTHER: 'y'}},
	});
	expect(refused.json).toMatchObject({code: 'needs-person', status: 409});
	expect(refused.json.detail).toContain('GH_TOKEN');
	expect(refused.json.detail).not.toContain('OTHER');
	expect(host.runtime.terminal(agent.id).signals).toEqual([]);
	const allowed = await ask(host, 'POST', `/v1/agents/${agent.id}/restart`, {
		body: {environment: {OTHER: 'y', GH_TOKEN: 'new'}},
	});
	expect(allowed.status).toBe(200);
	await vi.waitFor(async () => expect((await redeem(host, agent.id)).env?.GH_TOKEN).toBe('new'));
});

test('an exited agent is removed with its terminal, and its name is free', async () => {
	const host = await startHost();
	const events = await subscribe(host);
	const agent = await launch(host, {name: 'docs'});
	host.runtime.exit(agent.id, {code: 0, signal: null});
	expect((await ask(host, 'DELETE', '/v1/agents/docs')).status).toBe(200);
	expect(host.runtime.terminals.has(agent.id)).toBe(false);
	await events.until('the removal', () => events.seen.at(-1)?.event === 'agent.removed');
	expect((await launch(host, {name: 'docs'})).name).toBe('docs');
});

test('what changes nothing that is seen makes no event', async () => {
	const host = await startHost();
	const agent = await launch(host);
	host.runtime.emit({kind: 'osc', id: agent.id, payload: '7501;state=working'});
	const {revision} = await get(host, agent.id);
	const before = host.host.journal.lastId;
	for (let index = 0; index < 50; index++) {
		host.runtime.emit({kind: 'activity', id: agent.id});
		host.runtime.emit({kind: 'osc', id: agent.id, payload: '7501;state=working'});
	}

	expect(host.host.journal.lastId).toBe(before);
	expect((await get(host, agent.id)).revision).toBe(revision);
});

test('looking at an agent that is done makes it idle', async () => {
	const host = await startHost();
	const agent = await launch(host, {agent: 'shell', command: ['cat']});
	host.runtime.emit({kind: 'osc', id: agent.id, payload: '7501;state=done'});
	expect(await get(host, agent.id)).toMatchObject({state: 'done'});
	const answer = await ask(host, 'POST', `/v1/agents/${agent.id}/seen`, {body: {}});
	expect(answer.json.agent.state).toBe('idle');
	const explained = await ask(host, 'GET', `/v1/agents/${agent.id}/explain`);
	expect(explained.json).toMatchObject({id: agent.id, state: 'idle'});
});

test('the clock alone moves an agent on', async () => {
	const host = await startHost();
	const agent = await launch(host);
	host.runtime.emit({kind: 'osc', id: agent.id, payload: '7501;state=working'});
	host.runtime.emit({kind: 'osc', id: agent.id, payload: '7501;state=idle'});
	expect((await get(host, agent.id)).state).toBe('working');
	await vi.waitFor(async () => expect((await get(host, agent.id)).state).toBe('idle'), {
		timeout: 5000,
	});
});

test('the next daemon adopts what runs: same ids, names and states', async () => {
	const folder = await stateFolder();
	const runtime = new FakeRuntime();
	const first = await startHost({stateFolder: folder, runtime});
	const asked = await launch(first, {name: 'asked'});
	const ended = await launch(first, {name: 'ended'});
	const gone = await launch(first, {name: 'gone'});
	runtime.emit({kind: 'osc', id: asked.id, payload: '7501;state=blocked:kind=permission'});
	const before = await get(first, asked.id);
	expect(before.state).toBe('blocked');
	await first.close();
	runtime.terminal(ended.id).exit = {code: 3, signal: null};
	runtime.terminals.delete(gone.id);
	const second = await startHost({stateFolder: folder, runtime});
	expect(await get(second, asked.id)).toEqual(before);
	expect(await get(second, ended.id)).toMatchObject({state: 'exited', exit: {code: 3}});
	expect(await get(second, gone.id)).toMatchObject({
		state: 'exited',
		exit: {code: null, message: 'its terminal is gone'},
	});
	runtime.emit({kind: 'osc', id: asked.id, payload: '7501;state=working'});
	expect((await get(second, asked.id)).state).toBe('working');
});

test('who works when the daemon ends works for the next one, which waits for what it prints', async () => {
	vi.useFakeTimers({toFake: ['Date']});
	onTestFinished(() => void vi.useRealTimers());
	const folder = await stateFolder();
	const runtime = new FakeRuntime();
	const first = await startHost({stateFolder: folder, runtime});
	const [prints, quiet] = [await launch(first), await launch(first)];
	for (const {id} of [prints, quiet]) runtime.emit({kind: 'activity', id});
	const before = await get(first, prints.id);
	expect(before.state).toBe('working');
	await first.close();
	vi.setSystemTime(Date.now() + 60_000);
	const second = await startHost({stateFolder: folder, runtime});
	expect(await get(second, prints.id)).toEqual(before);
	expect((await ask(second, 'GET', `/v1/agents/${prints.id}/explain`)).json.rule).toContain('anew');
	runtime.emit({kind: 'activity', id: prints.id});
	expect(await get(second, prints.id)).toEqual(before);
	vi.setSystemTime(Date.now() + 3600);
	runtime.emit({kind: 'activity', id: prints.id});
	expect(await get(second, prints.id)).toEqual(before);
	second.host.agents.observers.reconsider(quiet.id);
	expect((await get(second, quiet.id)).state).toBe('unknown');
});

test('a terminal that no database remembers becomes an agent again', async () => {
	const runtime = new FakeRuntime();
	const first = await startHost({runtime});
	const {id} = await launch(first, {name: 'docs'});
	await first.close();
	const second = await startHost({runtime});
	expect(await get(second, id)).toMatchObject({id, state: 'unknown', exit: null});
});

test('input reaches a running agent and is refused by one that has ended', async () => {
	const host = await startHost();
	const {id} = await launch(host);
	const target = `/v1/agents/${id}/input`;
	await ask(host, 'POST', target, {body: {text: 'hello', submit: true}});
	await ask(host, 'POST', target, {body: {keys: ['C-c']}});
	expect(host.runtime.terminal(id).typed).toBe('hello\rC-c');
	host.runtime.exit(id, {code: 0, signal: null});
	expect((await ask(host, 'POST', target, {body: {text: 'more'}})).json.code).toBe('conflict');
});
