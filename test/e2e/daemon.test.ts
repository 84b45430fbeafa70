import {execFile, execFileSync, spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {promisify} from 'node:util';
import {expect, onTestFinished, test} from 'vitest';
import type {Agent} from '../../source/protocol/agent.ts';
import {sharedCache} from '../harness/shared-cache.ts';
import {mountSmallDisk} from '../harness/small-disk.ts';
import {until} from '../harness/until.ts';
import {ask} from '../host/host-harness.ts';
import {subscribe} from '../host/sse.ts';

const run = promisify(execFile);
const program = path.join(import.meta.dirname, '../../dist/cli.js');

/** A host of its own: state, home and nothing of the person's. */
const newHost = (folder = mkdtempSync('/tmp/fe-')) => {
	const state = path.join(folder, 's');
	const env = {
		PATH: process.env['PATH'],
		LANG: 'C.UTF-8',
		...sharedCache,
		HOME: folder,
		SHELL: '/bin/sh',
		FLEET_STATE_DIR: state,
	};
	const socket = path.join(state, 'run/host.sock');
	const console = async (...args: string[]) => {
		try {
			const {stdout, stderr} = await run(process.execPath, [program, ...args], {
				env,
				timeout: 30_000,
			});
			return {code: 0, stdout, stderr};
		} catch (error) {
			return error as {code: number; stdout: string; stderr: string};
		}
	};
	onTestFinished(async () => {
		await console('host', 'stop', '--agents');
		rmSync(folder, {recursive: true, force: true});
	});
	return {
		folder,
		state,
		env,
		socket,
		console,
		serve: async () => JSON.parse((await console('host', 'serve', '--detach')).stdout),
		launch: async (body: Record<string, unknown>): Promise<Agent> =>
			(await ask({socket}, 'POST', '/v1/agents', {body: {agent: 'shell', ...body}})).json.agent,
		agent: async (id: string): Promise<Agent> =>
			(await ask({socket}, 'GET', `/v1/agents/${id}`)).json.agent,
		screen: async (id: string): Promise<string> =>
			(await ask({socket}, 'GET', `/v1/agents/${id}/screen`)).text,
	};
};

const alive = (pid: number): boolean => {
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		return false;
	}
};

test('a daemon that is killed leaves its agents, and the next adopts them and replays', async () => {
	const host = newHost();
	const first = await host.serve();
	const counting = await host.launch({
		name: 'counting',
		command: ['sh', '-c', 'n=0; while :; do n=$((n+1)); echo "tick $n"; sleep 0.2; done'],
	});
	const asking = await host.launch({
		name: 'asking',
		command: [
			'sh',
			'-c',
			String.raw`printf '\033]7501;state=blocked:kind=question\033\\'; exec cat`,
		],
	});
	const brief = await host.launch({
		name: 'brief',
		command: ['sh', '-c', 'echo ready; read line; exit 7'],
	});
	await until(async () => (await host.agent(asking.id)).state === 'blocked', 'blocked', {
		seen: () => host.agent(asking.id),
	});
	// A launch that the daemon has not handed over yet dies with it, as its secrets do.
	const shows = (id: string, text: string) =>
		until(async () => (await host.screen(id)).includes(text), `showing ${text}`, {
			seen: () => host.screen(id),
		});
	await shows(counting.id, 'tick');
	await shows(brief.id, 'ready');
	const before = await host.agent(counting.id);
	const events = await subscribe(host);
	await events.until('the snapshot', () => events.seen.length > 0);
	const since = events.seen[0]!.id;

	process.kill(first.pid, 'SIGKILL');
	await until(() => !alive(first.pid), 'dead');
	expect(alive(before.pid!), JSON.stringify(before)).toBe(true);

	const second = await host.serve();
	expect(second).toMatchObject({started: true, socket: first.socket});
	expect(second.pid).not.toBe(first.pid);
	expect(await host.agent(counting.id)).toMatchObject({id: counting.id, pid: before.pid});
	expect(await host.agent(asking.id)).toMatchObject({state: 'blocked', name: 'asking'});
	await ask(host, 'POST', `/v1/agents/${brief.id}/input`, {body: {text: '', submit: true}});
	await until(async () => (await host.agent(brief.id)).exit?.code === 7, 'exited 7', {
		seen: () => host.agent(brief.id),
	});
	const replay = await subscribe(host, '/v1/events', {'last-event-id': since!});
	await replay.until('the exit', () => replay.seen.some(({data}) => data.agent?.exit?.code === 7));
	expect(replay.seen.some(({event}) => event === 'snapshot')).toBe(false);
	const ticks = async () => Number(/tick (\d+)\s*$/.exec(await host.screen(counting.id))?.[1]);
	const seen = await ticks();
	await until(async () => (await ticks()) > seen, 'ticking on', {
		seen: () => host.screen(counting.id),
	});
});

test('host stop leaves the agents, host stop --agents does not', async () => {
	const host = newHost();
	await host.serve();
	const {id} = await host.launch({command: ['cat']});
	// At once: its launcher may still be on the way to ask what to start.
	expect(await host.console('host', 'stop')).toMatchObject({code: 0});
	expect((await host.console('host', 'status')).code).toBe(1);
	expect(existsSync(host.socket)).toBe(false);
	await host.serve();
	const pid = await until(async () => (await host.agent(id)).pid, 'adopted');
	expect((await host.agent(id)).exit).toBe(null);
	expect(alive(pid)).toBe(true);
	const status = JSON.parse((await host.console('host', 'status', '--json')).stdout);
	expect(status).toMatchObject({running: true, socket: host.socket});
	expect(await host.console('host', 'stop', '--agents')).toMatchObject({code: 0});
	await until(() => !alive(pid), 'ended');
});

test('host stop --restart starts it again, with its agents, also where none ran', async () => {
	const host = newHost();
	const {pid} = await host.serve();
	const {id} = await host.launch({command: ['cat']});
	expect(await host.console('host', 'stop', '--restart')).toMatchObject({
		code: 0,
		stdout: 'started again\n',
	});
	const running = async () =>
		JSON.parse((await host.console('host', 'status', '--json')).stdout) as {pid: number};
	expect((await running()).pid).not.toBe(pid);
	expect(await until(async () => (await host.agent(id)).exit === null, 'adopted')).toBe(true);
	expect(await host.console('host', 'stop')).toMatchObject({code: 0});
	expect(await host.console('host', 'stop', '--restart')).toMatchObject({code: 0});
	expect((await running()).pid).toBeGreaterThan(0);
});

test('host stop --agents ends the agents also where no daemon runs any more', async () => {
	const host = newHost();
	const daemon = await host.serve();
	const {id} = await host.launch({command: ['sh', '-c', 'echo up; exec cat']});
	await until(async () => (await host.screen(id)).includes('up'), 'up');
	const {pid} = (await host.agent(id)) as {pid: number};
	process.kill(daemon.pid, 'SIGKILL');
	await until(() => !alive(daemon.pid), 'dead');
	expect(alive(pid)).toBe(true);
	expect(await host.console('host', 'stop', '--agents')).toMatchObject({
		code: 0,
		stdout: 'stopped, and the agents with it\n',
	});
	await until(() => !alive(pid), 'ended');
});

test('dial-stdio starts the daemon, carries bytes both ways and ends with either side', async () => {
	const host = newHost();
	const dial = () => {
		const child = spawn(process.execPath, [program, 'host', 'dial-stdio'], {
			env: host.env,
			stdio: ['pipe', 'pipe', 'pipe'],
		});
		onTestFinished(() => void child.kill('SIGKILL'));
		let text = '';
		let errors = '';
		child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
		child.stderr.setEncoding('utf8').on('data', (chunk: string) => (errors += chunk));
		return {child, exited: once(child, 'exit'), text: () => text, errors: () => errors};
	};
	const request = (target: string) => `GET ${target} HTTP/1.1\r\nhost: h\r\n\r\n`;

	const halfClosed = dial();
	halfClosed.child.stdin.end(request('/v1/host'));
	expect((await halfClosed.exited)[0]).toBe(0);
	expect(halfClosed.text()).toMatch(/^HTTP\/1.1 200 OK/);
	expect(halfClosed.text()).toContain('"identity"');
	expect(halfClosed.errors()).toBe('');

	const toFile = path.join(host.folder, 'answer');
	execFileSync(
		'sh',
		['-c', `"$0" "$@" >${toFile}`, process.execPath, program, 'host', 'dial-stdio'],
		{
			env: host.env,
			input: request('/v1/ping'),
		},
	);
	expect(readFileSync(toFile, 'utf8')).toMatch(/^HTTP\/1.1 204/);

	const streaming = dial();
	streaming.child.stdin.write(request('/v1/events'));
	await until(() => streaming.text().includes('event: snapshot'), 'a snapshot', {
		seen: streaming.text,
	});
	expect(JSON.parse((await host.console('host', 'stop', '--json')).stdout).stopped).toBe(true);
	expect((await streaming.exited)[0]).toBe(0);
	expect(streaming.text()).toContain('event: host.closing');

	const abandoned = dial();
	abandoned.child.stdin.write(request('/v1/ping'));
	await until(() => abandoned.text().includes('204'), 'an answer', {seen: abandoned.text});
	abandoned.child.stdout.destroy();
	abandoned.child.stdin.destroy();
	expect((await abandoned.exited)[0]).toBe(0);
});

test('a full disk stops no agent and no daemon', {timeout: 90_000}, async () => {
	const disk = mountSmallDisk(mkdtempSync('/tmp/fe-'), 16 * 1024 * 1024);
	onTestFinished(() => {
		disk[Symbol.dispose]();
		rmSync(disk.folder, {recursive: true});
	});
	const folder = path.join(disk.folder, 'h');
	mkdirSync(folder);
	const host = newHost(folder);
	await host.serve();
	const first = await host.launch({name: 'first', command: ['cat']});
	const events = await subscribe(host);
	await events.until('the snapshot', () => events.seen.length > 0);
	try {
		writeFileSync(path.join(folder, 'ballast'), Buffer.alloc(32 * 1024 * 1024));
	} catch {
		// Full.
	}

	let second: Agent | undefined;
	await until(
		async () => {
			second = await host.launch({name: 'second', command: ['sh', '-c', 'echo up; exec cat']});
			const {json} = await ask(host, 'GET', '/v1/host');
			return json.stats.problems.length > 0;
		},
		'a problem',
		{seen: async () => (await ask(host, 'GET', '/v1/host')).text},
	);
	const {json} = await ask(host, 'GET', '/v1/host');
	expect(json.stats.problems[0]).toContain('disk full');
	expect((await host.agent(first.id)).state).not.toBe('exited');
	await events.until('the new agent', () =>
		events.seen.some(({data}) => data.agent?.id === second!.id),
	);
	await until(async () => (await host.screen(second!.id)).includes('up'), 'up');
	process.kill(json.pid, 'SIGKILL');
	await until(() => !alive(json.pid), 'dead');
	await host.serve();
	expect(await host.agent(first.id)).toMatchObject({name: 'first', exit: null});
	expect(await host.agent(second!.id)).toMatchObject({id: second!.id, exit: null});
	await until(
		async () => {
			await host.launch({name: 'third', command: ['cat']});
			return (await ask(host, 'GET', '/v1/host')).json.stats.problems.length > 0;
		},
		'a problem again',
		{seen: async () => (await ask(host, 'GET', '/v1/host')).text},
	);
	const memoryEpoch = (await ask(host, 'GET', '/v1/host')).json.epoch;

	rmSync(path.join(folder, 'ballast'));
	await until(
		async () => (await ask(host, 'GET', '/v1/host')).json.stats.problems.length === 0,
		'mended',
		{seen: async () => (await ask(host, 'GET', '/v1/host')).text},
	);
	expect((await ask(host, 'GET', '/v1/host')).json.epoch).not.toBe(memoryEpoch);
	const {pid} = (await ask(host, 'GET', '/v1/host')).json;
	process.kill(pid, 'SIGKILL');
	await until(() => !alive(pid), 'dead');
	await host.serve();
	expect(await host.agent(second!.id)).toMatchObject({id: second!.id, exit: null});
});

test('a file system that holds no socket is named, with the way out', async () => {
	const host = newHost();
	for (const state of ['/proc/fleet', path.join(host.folder, 'x'.repeat(120))]) {
		host.env.FLEET_STATE_DIR = state;
		for (const args of [
			['host', 'serve'],
			['host', 'serve', '--detach'],
			['host', 'dial-stdio'],
		]) {
			const {code, stderr} = await host.console(...args);
			expect([args, code]).toEqual([args, 1]);
			expect(stderr).toContain('FLEET_STATE_DIR');
		}
	}
});
