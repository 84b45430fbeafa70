import type http from 'node:http';
import {afterEach, expect, test} from 'vitest';
import {createClient} from '../../source/client/create-client.ts';
import {follow, type Follower} from '../../source/client/follow.ts';
import {FleetError} from '../../source/errors.ts';
import type {FleetInput} from '../../source/fleet/slice.ts';
import {startFakeHost, type FakeHost} from '../harness/fake-host.ts';
import {until} from '../harness/until.ts';

const open: Array<() => Promise<void> | void> = [];
afterEach(async () => {
	for (const close of open.splice(0).reverse()) await close();
});

/** A host with a journal of `agent.removed` events, and whoever listens to it. */
const startJournal = async () => {
	const journal: string[] = [];
	const listeners = new Set<http.ServerResponse>();
	const asked: Array<string | undefined> = [];
	const host: FakeHost = await startFakeHost((request, response) => {
		const since = request.headers['last-event-id'] as string | undefined;
		asked.push(since);
		response.writeHead(200, {'content-type': 'text/event-stream'});
		response.write(': here\n\n');
		const from = since === undefined ? undefined : Number(since.split('-')[1]);
		if (from === undefined) {
			response.write(`id: e-${journal.length}\nevent: snapshot\ndata: {"agents":[]}\n\n`);
		} else {
			for (const record of journal.slice(from)) response.write(record);
		}

		listeners.add(response);
		response.on('close', () => listeners.delete(response));
	});
	const pulse = setInterval(() => {
		for (const listener of listeners) listener.write(': beat\n\n');
	}, 1000);
	const client = createClient(host.transport);
	open.push(
		() => host.close(),
		() => client.close(),
		() => clearInterval(pulse),
	);
	return {
		host,
		client,
		asked,
		listeners,
		/** Appends one event and tells whoever listens. */
		append() {
			const id = journal.length + 1;
			const record = `id: e-${id}\nevent: agent.removed\ndata: {"id":"agent-${id}"}\n\n`;
			journal.push(record);
			for (const listener of listeners) listener.write(record);
		},
		tell(record: string) {
			for (const listener of listeners) listener.write(record);
		},
	};
};

const watch = (follower: Follower) => {
	const inputs: FleetInput[] = [];
	follower.subscribe(input => inputs.push(input));
	open.push(() => follower.close());
	return {
		inputs,
		phases: () => inputs.flatMap(input => (input.kind === 'link' ? [input.link.phase] : [])),
		phase: () => inputs.findLast(input => input.kind === 'link')!.link.phase,
		removed: () =>
			inputs.flatMap(input =>
				input.kind === 'event' && input.event.event === 'agent.removed'
					? [input.event.data.id]
					: [],
			),
		roundTrip: () =>
			inputs.some(
				input => input.kind === 'link' && input.link.phase === 'live' && input.link.roundTripMs,
			),
	};
};

const names = (count: number) => Array.from({length: count}, (_, index) => `agent-${index + 1}`);

test('it connects, takes the snapshot, and measures the way', async () => {
	const {host, client} = await startJournal();
	const seen = watch(follow({transport: host.transport, client}));
	await until(() => seen.roundTrip(), 'a round trip');
	expect(seen.phases()[0]).toBe('connecting');
	expect(seen.phase()).toBe('live');
	expect(
		seen.inputs.some(input => input.kind === 'event' && input.event.event === 'snapshot'),
	).toBe(true);
});

test('across many breaks nothing is lost and nothing comes twice', async () => {
	const {host, client, append} = await startJournal();
	const seen = watch(follow({transport: host.transport, client}));
	await until(() => seen.phase() === 'live', 'live');
	await until(() => seen.inputs.some(input => input.kind === 'event'), 'a snapshot');
	const losses = () => seen.phases().filter(phase => phase === 'reconnecting').length;
	for (let round = 0; round < 3; round++) {
		append();
		host.transport.sever();
		append();
		await until(() => losses() > round, 'lost');
		append();
		await until(() => seen.phase() === 'live', 'live again', {timeoutMs: 20_000});
		append();
	}

	await until(() => seen.removed().length >= 12, 'all events', {seen: () => seen.removed().join()});
	expect(seen.removed()).toEqual(names(12));
});

test('a black hole is noticed, and the link is live again soon after it heals', async () => {
	const {host, client, append} = await startJournal();
	const seen = watch(follow({transport: host.transport, client}));
	await until(() => seen.roundTrip(), 'a round trip');
	host.transport.cut();
	append();
	await until(() => seen.phase() === 'reconnecting', 'noticed', {timeoutMs: 15_000});
	const noticedAt = performance.now();
	await until(() => performance.now() - noticedAt > 4000, 'hung a while');
	host.transport.heal();
	await until(() => seen.phase() === 'live', 'live again', {timeoutMs: 6000});
	await until(() => seen.removed().length === 1, 'the event of meanwhile');
	expect(seen.removed()).toEqual(['agent-1']);
});

test('what a person must mend is not tried again until the person is there', async () => {
	const {host, client} = await startJournal();
	host.transport.refuseWith = new FleetError('host-key-mismatch', 'another key', {hint: 'look'});
	const follower = follow({transport: host.transport, client});
	const seen = watch(follower);
	await until(() => seen.phase() === 'refused', 'refused');
	const {dials} = host.transport;
	expect(seen.inputs.at(-1)).toMatchObject({
		link: {error: {code: 'host-key-mismatch', message: 'another key', hint: 'look'}},
	});
	host.transport.refuseWith = undefined;
	follower.retryNow();
	await until(() => seen.phase() === 'live', 'live');
	expect(host.transport.dials).toBeGreaterThan(dials);
});

test('a wait between attempts ends at once when a person is there', async () => {
	const {host, client} = await startJournal();
	const follower = follow({transport: host.transport, client});
	const seen = watch(follower);
	await until(() => seen.phase() === 'live', 'live');
	host.transport.refuseWith = new FleetError('connection-refused', 'refused');
	host.transport.sever();
	const wait = () => {
		const last = seen.inputs.findLast(input => input.kind === 'link')!;
		return last.link.phase === 'reconnecting' ? last.link.retryAt - Date.now() : 0;
	};

	await until(() => wait() > 1500, 'a long wait', {timeoutMs: 20_000});
	host.transport.refuseWith = undefined;
	follower.retryNow();
	await until(() => seen.phase() === 'live', 'live', {timeoutMs: 1000});
});

test('what cannot be believed is counted, and the rest goes on', async () => {
	const {host, client, append, tell} = await startJournal();
	const follower = follow({transport: host.transport, client});
	const seen = watch(follower);
	await until(() => seen.inputs.some(input => input.kind === 'event'), 'a snapshot');
	tell('event: of.tomorrow\ndata: {}\n\nevent: agent.removed\ndata: {\n\n');
	tell(
		'event: agent.updated\ndata: {"agent":{"id":"../x"}}\n\nid: e-0\nevent: agent.removed\ndata: {"id":"old"}\n\n',
	);
	append();
	await until(() => seen.removed().length > 0, 'the next event');
	expect(seen.removed()).toEqual(['agent-1']);
	expect(follower.skipped).toEqual({ignored: 1, malformed: 2, repeated: 1, dropped: 0});
});

test('a host that closes the stream is asked again, after the last event', async () => {
	const {host, client, append, listeners, asked} = await startJournal();
	const seen = watch(follow({transport: host.transport, client, since: 'e-0'}));
	await until(() => seen.phase() === 'live', 'live');
	append();
	await until(() => seen.removed().length === 1, 'an event');
	for (const listener of listeners) listener.end();
	await until(() => asked.length === 2 && seen.phase() === 'live', 'live again');
	expect(asked).toEqual(['e-0', 'e-1']);
	expect(host.transport.resets).toBe(0);
});

test('once closed it calls back no more and leaves the host alone', async () => {
	const {host, client, listeners} = await startJournal();
	const follower = follow({transport: host.transport, client});
	const seen = watch(follower);
	await until(() => seen.phase() === 'live', 'live');
	follower.close();
	const {length} = seen.inputs;
	await until(() => listeners.size === 0, 'left');
	const {dials} = host.transport;
	host.transport.sever();
	await new Promise(setImmediate);
	expect(seen.inputs).toHaveLength(length);
	expect(host.transport.dials).toBe(dials);
});
