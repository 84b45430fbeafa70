import http from 'node:http';
import {expect, onTestFinished, test, vi} from 'vitest';
import {ask, launch, startHost, stateFolder} from '../host-harness.ts';
import {FakeRuntime} from '../fake-runtime.ts';
import {subscribe} from '../sse.ts';

test('with a known id the stream goes on behind it, without a snapshot', async () => {
	const host = await startHost();
	const agent = await launch(host);
	const since = host.host.journal.lastId;
	host.runtime.emit({kind: 'pid', id: agent.id, pid: 77});
	for (const options of [{'last-event-id': since}, undefined]) {
		const target = options ? '/v1/events' : `/v1/events?since=${since}`;
		const events = await subscribe(host, target, options ?? {});
		await events.until('the replay', () => events.journalled.length > 0);
		expect(events.journalled[0]).toMatchObject({event: 'agent.updated', data: {agent: {pid: 77}}});
		expect(events.seen.some(({event}) => event === 'snapshot')).toBe(false);
	}
});

test('with an unknown id the stream begins with a snapshot', async () => {
	const host = await startHost();
	await launch(host);
	const events = await subscribe(host, '/v1/events?since=lost-12');
	await events.until('the snapshot', () => events.seen.length > 0);
	expect(events.seen[0]).toMatchObject({event: 'snapshot', id: host.host.journal.lastId});
});

test('nothing is lost or doubled between replay and live, while events keep coming', async () => {
	const host = await startHost();
	const agent = await launch(host);
	const since = host.host.journal.lastId;
	let pid = 0;
	const emit = (count: number) => {
		for (let index = 0; index < count; index++) {
			host.runtime.emit({kind: 'pid', id: agent.id, pid: ++pid});
		}
	};
	emit(1700);
	const pump = setInterval(() => emit(37), 1);
	onTestFinished(() => clearInterval(pump));
	const all = await Promise.all(
		Array.from({length: 3}, () => subscribe(host, `/v1/events?since=${since}`)),
	);
	await all[0]!.until('many events', () => pid > 3000);
	clearInterval(pump);
	for (const events of all) {
		await events.until('the last', () => events.journalled.at(-1)?.data.agent.pid === pid);
		expect(events.journalled.map(({data}) => data.agent.pid)).toEqual(
			Array.from({length: pid}, (_, index) => index + 1),
		);
	}
});

test('a replay goes on across daemons', async () => {
	const folder = await stateFolder();
	const runtime = new FakeRuntime();
	const first = await startHost({stateFolder: folder, runtime});
	const agent = await launch(first);
	const since = first.host.journal.lastId;
	runtime.emit({kind: 'pid', id: agent.id, pid: 5});
	await first.close();
	const second = await startHost({stateFolder: folder, runtime});
	runtime.emit({kind: 'pid', id: agent.id, pid: 6});
	const events = await subscribe(second, `/v1/events?since=${since}`);
	await events.until('the last', () => events.journalled.at(-1)?.data.agent.pid === 6);
	const pids = events.journalled.map(({data}) => data.agent.pid);
	expect(pids.indexOf(5)).toBe(0);
});

test('a stream ends with host.closing', async () => {
	const host = await startHost();
	const events = await subscribe(host);
	await events.until('the snapshot', () => events.seen.length > 0);
	const answer = await ask(host, 'POST', '/v1/host/stop', {body: {}});
	expect(answer.status).toBe(202);
	await events.until('the end', () => events.ended);
	expect(events.seen.at(-1)).toMatchObject({event: 'host.closing', id: undefined});
	await host.closed;
	expect(host.runtime).toMatchObject({closed: true, destroyed: false});
});

test('a comment comes in every five seconds of quiet', async () => {
	const host = await startHost();
	const events = await subscribe(host);
	await events.until('a comment', () => events.comments > 0, 6000);
});

test('whoever was behind is told once, of each thing, that something was announced of it', async () => {
	const host = await startHost();
	const {hub} = host.host;
	const events = await subscribe(host);
	await events.until('the snapshot', () => events.seen.length > 0);
	events.response.pause();
	const announce = (root: string, path: string) =>
		hub.announce(
			'sync.changed',
			{root, paths: [path], rescan: false},
			{about: root, data: {root, paths: [], rescan: true}},
		);
	const large = 'x'.repeat(4e6);
	for (const path of [large, 'b', 'c']) announce('~/a', path);
	announce('~/b', 'd');
	events.response.resume();
	const told = () => events.seen.filter(({event}) => event === 'sync.changed');
	await events.until('all three', () => told().length > 2);
	announce('~/a', 'e');
	await events.until('the last', () => told().length > 3);
	expect(told().map(({data}) => data)).toEqual([
		{root: '~/a', paths: [large], rescan: false},
		{root: '~/a', paths: [], rescan: true},
		{root: '~/b', paths: [], rescan: true},
		{root: '~/a', paths: ['e'], rescan: false},
	]);
});

test('a subscriber that does not read is dropped, and costs no memory meanwhile', async () => {
	vi.useFakeTimers({toFake: ['setInterval', 'clearInterval', 'Date']});
	onTestFinished(() => void vi.useRealTimers());
	const host = await startHost();
	const agent = await launch(host);
	const request = http.get({socketPath: host.socket, path: '/v1/events', agent: false});
	const gone = new Promise(resolve => request.on('close', resolve));
	const response = await new Promise<http.IncomingMessage>(resolve =>
		request.on('response', resolve),
	);
	response.pause();
	response.on('error', () => {});
	const before = process.memoryUsage().rss;
	for (let index = 0; index < 20_000; index++) {
		const title = `${index} `.padEnd(380, 'x');
		host.runtime.emit({kind: 'title', id: agent.id, title});
		if (index % 500 === 0) await new Promise(resolve => setImmediate(resolve));
	}

	expect(process.memoryUsage().rss - before).toBeLessThan(150 * 1024 * 1024);
	expect(host.host.hub.size).toBe(1);
	await vi.advanceTimersByTimeAsync(30_000);
	expect(host.host.hub.size).toBe(0);
	request.destroy();
	await gone;
});
