import {randomUUID} from 'node:crypto';
import {afterEach, describe, expect, test, vi} from 'vitest';
import type {Config} from '../../source/config/config.ts';
import {FleetError} from '../../source/errors.ts';
import type {ActionCalls} from '../../source/handlers/action-calls.ts';
import {Operator, type OperatorParts} from '../../source/handlers/operator.ts';
import type {ActionResult, RemoteAction} from '../../source/protocol/action.ts';
import type {FleetEvent} from '../../source/protocol/event.ts';

const operators: Operator[] = [];
afterEach(() => {
	for (const operator of operators.splice(0)) operator.close();
});

const policies = (policy: 'allow' | 'ask' | 'deny'): Config['handlers'] => ({
	web: {command: null, policy},
	ide: {command: null, tool: null, policy},
	diff: {command: null, policy},
});

const action = (
	id: string,
	argument = 'https://example.com/',
	more: Partial<RemoteAction> = {},
): RemoteAction => ({
	id,
	kind: 'web',
	argument,
	agent: 'a1',
	cwd: '/srv',
	requestedAt: '2026-11-20T12:00:00.000Z',
	expiresAt: '2026-11-20T12:05:00.000Z',
	...more,
});

const requested = (one: RemoteAction, claimedBy: string | null = null): FleetEvent => ({
	id: undefined,
	event: 'action.requested',
	data: {action: one, claimedBy},
});
const resolved = (id: string, result: ActionResult | null): FleetEvent => ({
	id: undefined,
	event: 'action.resolved',
	data: {id, result},
});
const snapshot = (...actions: RemoteAction[]): FleetEvent => ({
	id: undefined,
	event: 'snapshot',
	data: {agents: [], actions, stats: null},
});

/** A host that several consoles may claim from, and whose link can be cut before or after it hears a call. */
const host = () => {
	const claims = new Map<string, string>();
	const results = new Map<string, ActionResult>();
	let cut: 'before' | 'after' | undefined;
	let calls = 0;
	const over = <T>(work: () => T): T => {
		calls++;
		if (cut === 'before') throw new FleetError('connection-lost', 'the link is down');
		const result = work();
		if (cut === 'after') throw new FleetError('connection-lost', 'the link went down');
		return result;
	};

	const actionCalls: ActionCalls = {
		claim: async (id, console) =>
			over(() => {
				const owner = claims.get(id) ?? console;
				claims.set(id, owner);
				return owner === console && !results.has(id);
			}),
		report: async (id, console, result) =>
			over(() => {
				if (claims.get(id) === console && !results.has(id)) results.set(id, result);
			}),
	};
	return {
		actionCalls,
		claims,
		results,
		cutLink: (when: 'before' | 'after' | undefined) => void (cut = when),
		count: () => calls,
	};
};

const operatorOf = (world: ReturnType<typeof host>, overrides: Partial<OperatorParts> = {}) => {
	const act = vi.fn(async (one: RemoteAction): Promise<ActionResult> => ({
		outcome: 'opened',
		message: `opened ${one.argument}`,
	}));
	const operator = new Operator({
		handlers: policies('allow'),
		calls: world.actionCalls,
		consoleId: randomUUID(),
		act,
		...overrides,
	});
	operators.push(operator);
	return {operator, act};
};

describe('a request that comes with the right to act', () => {
	test('is acted on at once, by the console that has it and no other', async () => {
		const world = host();
		world.claims.set('1', 'here');
		const here = operatorOf(world, {consoleId: 'here'});
		const there = operatorOf(world, {consoleId: 'there'});
		for (const {operator} of [here, there]) operator.hear(requested(action('1'), 'here'));
		await vi.waitFor(() => expect(world.results.get('1')?.outcome).toBe('opened'));
		expect(here.act).toHaveBeenCalledOnce();
		expect(there.act).not.toHaveBeenCalled();
		// The answer alone crossed the link.
		expect(world.count()).toBe(1);
		// A replay after a cut.
		here.operator.hear(requested(action('1'), 'here'));
		expect(here.act).toHaveBeenCalledOnce();
	});

	test('still waits for the person where the policy says so', async () => {
		const world = host();
		world.claims.set('1', 'here');
		const {operator, act} = operatorOf(world, {consoleId: 'here', handlers: policies('ask')});
		operator.hear(requested(action('1'), 'here'));
		expect(act).not.toHaveBeenCalled();
		operator.approve('1');
		await vi.waitFor(() => expect(world.results.get('1')?.outcome).toBe('opened'));
	});
});

describe('policy', () => {
	test('allow acts and answers', async () => {
		const world = host();
		const {operator, act} = operatorOf(world);
		operator.hear(requested(action('1')));
		await vi.waitFor(() =>
			expect(world.results.get('1')).toEqual({
				outcome: 'opened',
				message: 'opened https://example.com/',
			}),
		);
		expect(act).toHaveBeenCalledOnce();
		await vi.waitFor(() =>
			expect(operator.inbox.entries[0]).toMatchObject({
				state: 'done',
				text: 'https://example.com/',
			}),
		);
	});

	test('deny answers without acting', async () => {
		const world = host();
		const {operator, act} = operatorOf(world, {handlers: policies('deny')});
		operator.hear(requested(action('1')));
		await vi.waitFor(() => expect(world.results.get('1')?.outcome).toBe('denied'));
		expect(act).not.toHaveBeenCalled();
	});

	test('what no policy may open is denied with the reason', async () => {
		const world = host();
		const {operator, act} = operatorOf(world);
		operator.hear(requested(action('1', 'file:///etc/passwd')));
		await vi.waitFor(() =>
			expect(world.results.get('1')).toEqual({
				outcome: 'denied',
				message: expect.stringContaining('file: links are not opened'),
			}),
		);
		expect(act).not.toHaveBeenCalled();
	});

	test('ask waits for the person, unclaimed, and follows what they say', async () => {
		const world = host();
		const {operator, act} = operatorOf(world, {handlers: policies('ask')});
		operator.hear(requested(action('1')));
		operator.hear(requested(action('2', 'https://two.example/')));
		expect(operator.inbox.entries.map(entry => [entry.key, entry.state])).toEqual([
			['2', 'waiting'],
			['1', 'waiting'],
		]);
		expect(world.claims.size).toBe(0);
		operator.approve('1');
		operator.deny('2');
		await vi.waitFor(() => expect(world.results.size).toBe(2));
		expect(world.results.get('1')?.outcome).toBe('opened');
		expect(world.results.get('2')).toEqual({outcome: 'denied', message: 'the operator said no'});
		expect(act).toHaveBeenCalledOnce();
	});

	test('what would take the terminal waits until the person says so', () => {
		const {operator, act} = operatorOf(host(), {takesTerminal: one => one.kind === 'ide'});
		operator.hear(requested(action('1', '/srv/a.ts', {kind: 'ide'})));
		expect(operator.inbox.entries[0]?.state).toBe('waiting');
		expect(act).not.toHaveBeenCalled();
	});
});

describe('at most once', () => {
	test('of two consoles one acts', async () => {
		const world = host();
		const [one, two] = [operatorOf(world), operatorOf(world)];
		for (const {operator} of [one, two]) operator.hear(requested(action('1')));
		await vi.waitFor(() => {
			for (const {operator} of [one, two]) expect(operator.inbox.entries[0]?.state).toBe('done');
		});
		expect(one.act.mock.calls.length + two.act.mock.calls.length).toBe(1);
	});

	test('an event that is told twice, or is in the snapshot too, is one request', async () => {
		const world = host();
		const {operator, act} = operatorOf(world);
		operator.hear(requested(action('1')));
		await vi.waitFor(() => expect(world.results.size).toBe(1));
		operator.hear(requested(action('1')));
		operator.hear(snapshot(action('1')));
		await vi.waitFor(() => expect(operator.inbox.entries[0]?.state).toBe('done'));
		expect(operator.inbox.entries).toHaveLength(1);
		expect(act).toHaveBeenCalledOnce();
	});

	test.each(['before', 'after'] as const)(
		'a link that breaks %s the host hears the claim delays the act, and doubles nothing',
		async when => {
			const world = host();
			const {operator, act} = operatorOf(world);
			world.cutLink(when);
			operator.hear(requested(action('1')));
			await vi.waitFor(() => expect(world.count()).toBe(1));
			expect(act).not.toHaveBeenCalled();
			world.cutLink(undefined);
			operator.linkIsLive();
			await vi.waitFor(() => expect(world.results.get('1')?.outcome).toBe('opened'));
			expect(act).toHaveBeenCalledOnce();
		},
	);

	test('a link that breaks at the answer: the answer is told later, the act is not repeated', async () => {
		const world = host();
		const act = vi.fn(async (): Promise<ActionResult> => {
			world.cutLink('before');
			return {outcome: 'opened', message: 'done'};
		});
		const {operator} = operatorOf(world, {act});
		operator.hear(requested(action('1')));
		await vi.waitFor(() => expect(operator.inbox.entries[0]?.state).toBe('done'));
		expect(world.results.size).toBe(0);
		world.cutLink(undefined);
		operator.linkIsLive();
		await vi.waitFor(() => expect(world.results.get('1')?.message).toBe('done'));
		expect(act).toHaveBeenCalledOnce();
	});

	test('what another console answered leaves this inbox', () => {
		const {operator} = operatorOf(host(), {handlers: policies('ask')});
		operator.hear(requested(action('1')));
		operator.hear(resolved('1', {outcome: 'denied', message: 'no'}));
		expect(operator.inbox.entries[0]).toMatchObject({state: 'done', result: {outcome: 'denied'}});
		operator.approve('1');
		expect(operator.inbox.entries[0]?.state).toBe('done');
	});

	test('what the host no longer knows after a gap waits no more', () => {
		const {operator} = operatorOf(host(), {handlers: policies('ask')});
		operator.hear(snapshot(action('1'), action('2', 'https://two.example/')));
		operator.hear(snapshot(action('2', 'https://two.example/')));
		expect(operator.inbox.entries.map(entry => [entry.key, entry.state])).toEqual([
			['2', 'waiting'],
			['1', 'done'],
		]);
	});
});

test('a handler that throws is a failed outcome', async () => {
	const world = host();
	const {operator} = operatorOf(world, {
		act: async () => {
			throw new Error('no such browser');
		},
	});
	operator.hear(requested(action('1')));
	await vi.waitFor(() =>
		expect(world.results.get('1')).toEqual({outcome: 'failed', message: 'no such browser'}),
	);
});

describe('a flood', () => {
	test('of one link asks once, and answers those that are kept', async () => {
		const world = host();
		const {operator, act} = operatorOf(world, {handlers: policies('ask')});
		for (let index = 0; index < 10_000; index++) operator.hear(requested(action(`r${index}`)));
		expect(operator.inbox.entries).toHaveLength(1);
		expect(operator.inbox.entries[0]).toMatchObject({count: 10_000, state: 'waiting'});
		operator.approve('r0');
		await vi.waitFor(() => expect(operator.inbox.entries[0]?.state).toBe('done'));
		expect(act).toHaveBeenCalledOnce();
		expect(world.count()).toBeLessThanOrEqual(40);
	});

	test('of different links from one agent costs a counter, and leaves room for another agent', async () => {
		const world = host();
		const changed = vi.fn();
		const {operator, act} = operatorOf(world, {now: () => 0});
		operator.subscribe(changed);
		for (let index = 0; index < 10_000; index++) {
			operator.hear(requested(action(`r${index}`, `https://example.com/${index}`)));
		}

		operator.hear(requested(action('other', 'https://other.example/', {agent: 'a2'})));
		await vi.waitFor(() => expect(world.results.get('other')?.outcome).toBe('opened'));
		expect(act.mock.calls.length).toBe(11);
		expect(operator.inbox.dropped).toBe(9990);
		expect(operator.inbox.entries.length).toBeLessThanOrEqual(100);
		expect(changed.mock.calls.length).toBeLessThan(30);
	});

	test('of agents that do not exist is bounded too', () => {
		const {operator, act} = operatorOf(host(), {now: () => 0});
		for (let index = 0; index < 10_000; index++) {
			operator.hear(
				requested(action(`r${index}`, `https://example.com/${index}`, {agent: `a${index}`})),
			);
		}

		expect(operator.inbox.dropped).toBe(9970);
		expect(act.mock.calls.length).toBeLessThanOrEqual(30);
	});
});

test('control characters of a request never reach what is shown', () => {
	const {operator} = operatorOf(host(), {handlers: policies('ask')});
	operator.hear(
		requested(action('1', 'https://example.com/', {cwd: '/srv/\u001B]0;x\u0007', kind: 'web'})),
	);
	operator.hear(requested(action('2', '/srv/\u001B[2Jx', {kind: 'ide'})));
	for (const entry of operator.inbox.entries) {
		expect(`${entry.text}${entry.cwd}`).not.toMatch(/[\u0000-\u001F\u007F-\u009F]/);
	}
});
