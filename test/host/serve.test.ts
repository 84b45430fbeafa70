import {rmSync, statSync} from 'node:fs';
import {expect, test} from 'vitest';
import * as v from 'valibot';
import {hostInfoSchema} from '../../source/protocol/host-info.ts';
import {ask, launch, startHost} from './host-harness.ts';
import {subscribe} from './sse.ts';

test('serves ping and the host behind a closed door', async () => {
	const host = await startHost();
	expect((await ask(host, 'GET', '/v1/ping')).status).toBe(204);
	const answer = await ask(host, 'GET', '/v1/host');
	expect(answer.headers['fleet-protocol']).toBe('1.0');
	const info = v.parse(hostInfoSchema, answer.json);
	expect(info.pid).toBe(process.pid);
	expect(statSync(host.folder).mode & 0o777).toBe(0o700);
	expect(statSync(`${host.folder}/run`).mode & 0o777).toBe(0o700);
	expect(statSync(host.socket).mode & 0o777).toBe(0o600);
});

test('an agent is launched, listed, found by its name and the beginning of its id', async () => {
	const host = await startHost();
	const agent = await launch(host, {name: 'docs', role: 'writer'});
	expect(agent).toMatchObject({name: 'docs', role: 'writer', agent: 'shell', command: ['cat']});
	expect((await launch(host, {name: 'docs'})).name).toBe('docs-2');
	const list = await ask(host, 'GET', '/v1/agents');
	expect(list.json.agents).toHaveLength(2);
	expect(list.json.eventId).toBe(host.host.journal.lastId);
	for (const reference of [agent.id, 'docs', agent.id.slice(0, 6)]) {
		const found = await ask(host, 'GET', `/v1/agents/${reference}`);
		expect(found.json.agent.id).toBe(agent.id);
	}
});

test('a subscriber gets a snapshot, then every event once and in order', async () => {
	const host = await startHost();
	const before = await launch(host, {name: 'before'});
	const events = await subscribe(host);
	await events.until('snapshot', () => events.seen.length > 0);
	expect(events.seen[0]).toMatchObject({event: 'snapshot', data: {agents: [{id: before.id}]}});
	const after = await launch(host, {name: 'after'});
	host.runtime.exit(after.id, {code: 7, signal: null});
	await events.until('the exit', () => events.seen.some(({data}) => data.agent?.exit?.code === 7));
	const sequences = events.seen
		.filter(({id}) => id !== undefined)
		.map(({id}) => Number(id!.split('-')[1]));
	expect(sequences).toEqual(sequences.map((_, index) => sequences[0]! + index));
	expect(events.seen.some(({event}) => event === 'host.stats')).toBe(true);
});

test('a daemon whose socket was removed ends, and leaves the agents to the next', async () => {
	const host = await startHost();
	await launch(host, {name: 'docs'});
	rmSync(host.socket);
	await host.closed;
	const next = await startHost({stateFolder: host.folder, runtime: host.runtime});
	const {json} = await ask(next, 'GET', '/v1/agents');
	expect(json.agents).toMatchObject([{name: 'docs'}]);
});
