// A host that sends whatever it likes: nothing but the screen may change, and that only as text.
import {chmod, mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import {expect, onTestFinished, test} from 'vitest';
import type {Client} from '../../source/client/client.ts';
import {follow} from '../../source/client/follow.ts';
import {createDesk} from '../../source/handlers/desk.ts';
import type {WireEvent} from '../../source/protocol/event.ts';
import {hostCalls} from '../../source/ui/host-calls.ts';
import {startConsole} from '../../source/ui/start.tsx';
import {agent} from '../harness/agents.ts';
import {fakeTerminal} from '../harness/terminal.ts';

/** What a terminal would obey; each can be told from what the console itself writes. */
const orders = [
	'\u001B]0;PWNED\u0007',
	'\u001B]52;c;UFdORUQ=\u0007',
	'\u001B]8;;https://pwned.example\u001B\\x\u001B]8;;\u001B\\',
	'\u001B]1337;File=PWNED\u0007',
	'\u001B[3137J',
	'\u001B[31;37H',
	'\u001B[?3137h',
	'\u009B3137J',
	'\u009D0;PWNED\u009C',
	'\u001BPPWNED\u001B\\',
	'\u001B_PWNED\u001B\\',
	'\u001BcPWNED',
	'\u0007\u0007PWNED',
	'\u202EPWNED',
	'\r\nPWNED\r',
	'\u001B]0;PWNED',
	'\u001B[',
];
const obeyed =
	/PWNED[^ -~]*\u0007|\u001B\](?!0;|2;)|\u001B\][02];[^\u0007]*PWNED|\u001B\[\??3137|\u001B\[31;37H|[\u0080-\u009F]|\u001B[P_^X]|\u001Bc|\u202E/;

const nasty = fc.oneof(
	fc.constantFrom(...orders),
	fc.string({unit: 'binary', maxLength: 40}),
	fc.constantFrom(
		'javascript:alert(1)',
		'file:///etc/passwd',
		'--help',
		'-x',
		'$(touch PWNED)',
		'`id`',
		'; id',
		'../../../etc/passwd',
		'/etc/passwd',
		'https://ok.example/',
		'http://localhost:22/',
		'x'.repeat(20_000),
	),
	fc.constantFrom(null, true, -1, 1e308, Number.MAX_SAFE_INTEGER, [], {}, [[[[]]]], {
		__proto__: {x: 1},
	}),
);

const seed = agent({id: 'a1', name: 'architect', title: 'a title', state: 'working'});
const action = {
	id: 'r1',
	kind: 'web',
	argument: 'https://example.com/',
	agent: 'a1',
	cwd: '/srv',
	requestedAt: '2026-11-20T12:00:00.000Z',
	expiresAt: '2026-11-20T12:05:00.000Z',
};
const base = fc.constantFrom<{event: string; data: unknown}>(
	{event: 'snapshot', data: {agents: [seed], actions: [action], stats: null}},
	{event: 'agent.created', data: {agent: seed}},
	{
		event: 'agent.updated',
		data: {
			agent: {
				...seed,
				revision: 2,
				attention: {kind: 'permission', text: 'x', id: 'q', choices: [{id: '1', label: 'yes'}]},
			},
		},
	},
	{event: 'agent.removed', data: {id: 'a1'}},
	{event: 'action.requested', data: {action}},
	{event: 'action.requested', data: {action: {...action, kind: 'ide', argument: '/srv/a.ts:1'}}},
	{event: 'action.requested', data: {action: {...action, kind: 'diff', argument: '/srv'}}},
	{event: 'action.resolved', data: {id: 'r1', result: {outcome: 'opened', message: 'x'}}},
	{
		event: 'host.stats',
		data: {
			load: [1, 1, 1],
			cpus: 2,
			memory: {freeBytes: 1, totalBytes: 2},
			disk: {freeBytes: 1, totalBytes: 2},
			problems: ['p'],
			at: 'now',
		},
	},
	{event: 'host.closing', data: {reason: 'x'}},
	{event: 'sync.changed', data: {root: '/x', paths: ['y'], rescan: false}},
	{event: 'unheard.of', data: {}},
);

let sequence = 0;

/** The value with one of its leaves, or a whole branch, replaced. */
const mutate = (value: unknown, with_: unknown, at: number): unknown => {
	if (Array.isArray(value) && value.length > 0) {
		const index = at % value.length;
		return value.with(index, mutate(value[index], with_, Math.floor(at / value.length)));
	}

	if (typeof value === 'object' && value !== null && Object.keys(value).length > 0) {
		const keys = Object.keys(value);
		const key = keys[at % keys.length]!;
		const rest = Math.floor(at / keys.length);
		return {...value, [key]: mutate((value as Record<string, unknown>)[key], with_, rest)};
	}

	return with_;
};

const records = fc.array(
	fc
		.tuple(
			base,
			fc.array(fc.tuple(nasty, fc.nat()), {maxLength: 3}),
			fc.nat({max: 9}),
			fc.string({unit: 'binary', maxLength: 30}),
		)
		.map(([{event, data}, changes, kind, noise]): WireEvent => {
			const changed = changes.reduce<unknown>(
				(value, [with_, at]) => mutate(value, with_, at),
				data,
			);
			// Ids differ, so that requests are not taken for one told twice.
			const text = JSON.stringify(changed).replaceAll(
				'"r1"',
				`"r${Math.floor(Math.random() * 1e9)}"`,
			);
			if (kind === 0) return {id: noise, event, data: noise};
			if (kind === 1) return {id: undefined, event: noise, data: text};
			if (kind === 2) return {id: undefined, event, data: text.slice(0, text.length >> 1)};
			return {id: `fake-${++sequence}`, event, data: text};
		}),
	{minLength: 50, maxLength: 400},
);

test.each([1, 2, 3, 4, 5, 6])(
	'whatever a host tells, nothing but the screen changes (seed %i)',
	async seedNumber => {
		const folder = await mkdtemp(path.join(os.tmpdir(), 'fleet-hostile-'));
		onTestFinished(() => rm(folder, {recursive: true, force: true}));
		const recorder = path.join(folder, 'recorder');
		const record = path.join(folder, 'opened');
		await writeFile(recorder, `#!/bin/sh\nprintf '%s\\n' "$#" "$1" >>'${record}'\n`);
		await chmod(recorder, 0o755);

		const [events = []] = fc.sample(records, {numRuns: 1, seed: seedNumber});
		const noisy = fc.sample(
			fc.array(fc.oneof(fc.constantFrom(...orders), fc.string({unit: 'binary'})), {maxLength: 40}),
			{numRuns: 20, seed: seedNumber},
		);
		const asked: string[] = [];
		const client: Client = {
			async request(method, url) {
				if (method !== 'GET') asked.push(`${method} ${url}`);
				return {status: 200, headers: {}, body: Buffer.from('{}')};
			},
			async json(_method, url) {
				return url.startsWith('/v1/paths')
					? {path: orders[0]}
					: {
							path: orders[1],
							root: orders[2],
							patch: `diff --git a/x b/x\n@@\n+${orders.join('\n+')}`,
						};
			},
			async *events({path: url, signal, onOpen}): AsyncGenerator<WireEvent> {
				if (url?.includes('/screen')) {
					for (const lines of noisy)
						yield {
							id: undefined,
							event: 'screen',
							data: JSON.stringify({lines, cols: 80, rows: 24, cursor: null}),
						};
				} else {
					onOpen?.();
					yield {id: undefined, event: 'snapshot', data: JSON.stringify({agents: [seed]})};
					for (const [index, event] of events.entries()) {
						yield event;
						if (index % 50 === 0) await new Promise(resolve => setImmediate(resolve));
					}

					yield {
						id: undefined,
						event: 'agent.created',
						data: JSON.stringify({
							agent: {...seed, id: 'last', name: 'the-last-one', state: 'blocked'},
						}),
					};
				}

				await new Promise(resolve => signal.addEventListener('abort', resolve, {once: true}));
			},
			async attach() {
				throw new Error('nobody attaches');
			},
			close() {},
		};
		const follower = follow({client, transport: {reset() {}, onLost: () => () => {}}});
		const command = [recorder, '{}'];
		const desk = createDesk({
			consoleId: 'this-console',
			client,
			transport: {forward: async () => Promise.reject(new Error('no forward'))},
			remote: {ssh: 'dev@host', syncUp: [], syncBidi: []},
			handlers: {
				web: {command, policy: 'allow'},
				ide: {command, tool: null, policy: 'allow'},
				diff: {command, policy: 'allow'},
			},
			isExcluded: () => false,
		});

		const terminal = fakeTerminal({columns: 120, rows: 30});
		const stop = new AbortController();
		const filesBefore = await readdir(process.cwd());
		const ended = startConsole({
			services: {
				remote: 'dev-server',
				transport: 'dev@host',
				remotes: [],
				source: follower,
				host: hostCalls(client, {launch: async () => Promise.reject(new Error('nobody launches'))}),
				desk,
				launchables: async () => [],
				detachKey: 'ctrl-\\',
			},
			stdin: terminal.stdin,
			stdout: terminal.stdout,
			signal: stop.signal,
		});
		follower.subscribe(input => input.kind === 'event' && desk.hear(input.event));
		try {
			const arrived = async () => {
				terminal.type('\u001B');
				return terminal.text();
			};
			await expect.poll(arrived, {timeout: 30_000, interval: 200}).toContain('the-last-one');
			for (const keys of [
				'\u001B',
				'i',
				'\u001B',
				'd',
				'\u001B',
				'jjj',
				'o',
				'\u001B',
				'?',
				'\u001B',
				':',
				'\u001B',
			]) {
				terminal.type(keys);
				await new Promise(resolve => setTimeout(resolve, 40));
			}

			await expect.poll(arrived, {timeout: 10_000, interval: 200}).toContain('the-last-one');
		} finally {
			stop.abort();
			await ended;
			follower.close();
			desk.close();
		}

		expect(
			obeyed.exec(terminal.output().replaceAll(/\u001B\[2[23];[02]t/g, ''))?.[0],
		).toBeUndefined();
		expect(await readdir(process.cwd())).toEqual(filesBefore);
		// All that it can cause: claims and answers of its own requests, and that an agent was looked at.
		for (const call of asked) {
			expect(call).toMatch(/^POST \/v1\/(actions\/[^/]+\/(claim|result)|agents\/[^/]+\/seen)$/);
		}

		const opened = (await readFile(record, 'utf8').catch(() => '')).split('\n').slice(0, -1);
		for (let index = 0; index < opened.length; index += 2) {
			expect(opened[index]).toBe('1');
			expect(opened[index + 1]).toMatch(
				/^(https?:\/\/|mailto:|vscode:\/\/vscode-remote\/ssh-remote\+dev@host\/)[!-~]*$/,
			);
		}
	},
	60_000,
);
