import {mkdir, symlink, writeFile} from 'node:fs/promises';
import {expect, test} from 'vitest';
import {restartReason, stopReason} from '../../../source/protocol/event.ts';
import {environmentOf} from './environment-of.ts';
import {ask, launch, startHost, type TestHost} from '../host-harness.ts';
import {subscribe} from '../sse.ts';

const request = (
	host: TestHost,
	body: Record<string, unknown> = {},
	headers: Record<string, string> = {},
) =>
	ask(host, 'POST', '/v1/actions', {
		body: {kind: 'web', argument: 'https://example.com/', cwd: '/tmp', ...body},
		headers,
	});

test('a request is told to consoles, claimed by one, and its answer reaches who asked', async () => {
	const host = await startHost();
	const agent = await launch(host);
	const {FLEET_AGENT_TOKEN: token = ''} = await environmentOf(host, agent.id);
	const events = await subscribe(host);
	await events.until('snapshot', () => events.seen.length > 0);

	const asked = await request(host, {}, {'fleet-agent-token': token});
	expect(asked.status).toBe(201);
	const {action} = asked.json;
	expect(action).toMatchObject({
		kind: 'web',
		argument: 'https://example.com/',
		agent: agent.id,
		cwd: '/tmp',
	});
	expect(Date.parse(action.expiresAt)).toBeGreaterThan(Date.parse(action.requestedAt));
	await events.until('the request', () =>
		events.seen.some(({event}) => event === 'action.requested'),
	);

	const waiting = ask(host, 'GET', `/v1/actions/${action.id}?wait=10`);
	const claim = (console: string) =>
		ask(host, 'POST', `/v1/actions/${action.id}/claim`, {body: {console}});
	expect((await claim('laptop-1')).status).toBe(200);
	expect((await claim('laptop-2')).status).toBe(409);
	expect((await claim('laptop-1')).status).toBe(200);
	const answer = (console: string, message: string) =>
		ask(host, 'POST', `/v1/actions/${action.id}/result`, {
			body: {console, outcome: 'opened', message},
		});
	expect((await answer('laptop-2', 'mine')).status).toBe(409);
	expect((await answer('laptop-1', 'opened it')).status).toBe(200);
	expect((await answer('laptop-1', 'opened it twice')).status).toBe(200);
	expect((await waiting).json.result).toEqual({outcome: 'opened', message: 'opened it'});
	await events.until('the answer', () =>
		events.seen.some(
			({event, data}) => event === 'action.resolved' && data.result?.message === 'opened it',
		),
	);
	expect((await claim('laptop-1')).status).toBe(409);
	expect((await ask(host, 'POST', '/v1/actions/nothing/claim', {body: {}})).status).toBe(404);
});

test('consoles without a name cannot both claim', async () => {
	const host = await startHost();
	const {action} = (await request(host)).json;
	expect((await ask(host, 'POST', `/v1/actions/${action.id}/claim`)).status).toBe(200);
	expect((await ask(host, 'POST', `/v1/actions/${action.id}/claim`)).status).toBe(409);
	const result = {outcome: 'denied', message: 'no'};
	expect((await ask(host, 'POST', `/v1/actions/${action.id}/result`, {body: result})).status).toBe(
		200,
	);
	expect((await ask(host, 'GET', `/v1/actions/${action.id}`)).json.result).toEqual(result);
});

test('an agent cannot speak for another one, nor can who has no token', async () => {
	const host = await startHost();
	const [one, two] = [await launch(host, {name: 'one'}), await launch(host, {name: 'two'})];
	const {FLEET_AGENT_TOKEN: token = ''} = await environmentOf(host, one.id);
	const named = await request(host, {agent: two.id}, {'fleet-agent-token': token});
	expect(named).toMatchObject({status: 403, json: {code: 'denied'}});
	expect((await request(host, {token: token.replace(one.id, two.id)})).status).toBe(403);
	expect((await request(host, {token: 'x'})).status).toBe(403);
	expect((await request(host, {agent: two.id})).json.action.agent).toBeNull();
	expect((await request(host, {token, agent: 'one'})).json.action.agent).toBe(one.id);
});

test('a path is where it really is, and a file has a line', async () => {
	const host = await startHost();
	const folder = `${host.folder}/tree`;
	await mkdir(`${folder}/real`, {recursive: true});
	await writeFile(`${folder}/real/a.ts`, '');
	await writeFile(`${folder}/real/b:2`, '');
	await symlink(`${folder}/real`, `${folder}/link`);
	const argument = async (kind: string, value: string) => {
		const {status, json} = await request(host, {kind, argument: value, cwd: `${folder}/link`});
		return status === 201 ? json.action.argument : json.detail;
	};
	expect(await argument('ide', 'a.ts')).toBe(`${folder}/real/a.ts:1`);
	expect(await argument('ide', 'a.ts:7:3')).toBe(`${folder}/real/a.ts:7:3`);
	expect(await argument('ide', '../link/../real/a.ts:7')).toBe(`${folder}/real/a.ts:7`);
	expect(await argument('ide', 'b:2')).toBe(`${folder}/real/b:2:1`);
	expect(await argument('ide', '.')).toBe(`${folder}/real`);
	expect(await argument('ide', 'none.ts')).toMatch(/there is no .*none.ts/);
	expect(await argument('diff', '')).toBe(`${folder}/real`);
	const where = await ask(
		host,
		'GET',
		`/v1/paths?path=${encodeURIComponent(`${folder}/link/new/x`)}`,
	);
	expect(where.json).toEqual({path: `${folder}/real/new/x`});
});

test('a request that waited too long expires and says so', async () => {
	const host = await startHost();
	const {action} = (await request(host, {expiresIn: 1})).json;
	const answer = await ask(host, 'GET', `/v1/actions/${action.id}?wait=10`);
	expect(answer.json.result).toEqual({
		outcome: 'expired',
		message: 'no console attended this host for 1 s',
	});
	expect((await ask(host, 'POST', `/v1/actions/${action.id}/claim`)).status).toBe(409);
});

test.each([
	[stopReason, {status: 409, json: {code: 'needs-person'}}, /^expired\nthe daemon .* was stopped/],
	[restartReason, {status: 201, json: {result: null}}, /^waiting\n/],
])('who waits is told of a daemon that ends: %s', async (reason, told, text) => {
	const host = await startHost();
	const body = (argument: string) => ({kind: 'web', argument, cwd: '/tmp'});
	const asked = ask(host, 'POST', '/v1/actions?wait=10', {body: body('https://one.example/')});
	const asText = ask(host, 'POST', '/v1/actions?wait=10', {
		body: body('https://two.example/'),
		headers: {accept: 'text/plain'},
	});
	await expect.poll(() => host.host.actions.waiting.length).toBe(2);
	host.host.stop(reason);
	expect(await asked).toMatchObject(told);
	expect((await asText).text).toMatch(text);
});

test('what waits is in the snapshot, outlives the daemon, and keeps its claim', async () => {
	const host = await startHost();
	const taken = (await request(host)).json.action;
	await ask(host, 'POST', `/v1/actions/${taken.id}/claim`, {body: {console: 'laptop-1'}});
	const free = (await request(host, {argument: 'https://two.example/'})).json.action;
	await host.close();

	const next = await startHost({stateFolder: host.folder});
	const events = await subscribe(next);
	await events.until('snapshot', () => events.seen.length > 0);
	expect(events.seen[0]?.data.actions).toEqual([free]);
	const claim = await ask(next, 'POST', `/v1/actions/${taken.id}/claim`, {
		body: {console: 'laptop-2'},
	});
	expect(claim.status).toBe(409);
	await ask(next, 'POST', `/v1/actions/${taken.id}/result`, {
		body: {console: 'laptop-1', outcome: 'opened', message: 'late but true'},
	});
	expect((await ask(next, 'GET', `/v1/actions/${taken.id}`)).json.result.message).toBe(
		'late but true',
	);
});

test('a flood is joined where it is one request, and refused where it is many', async () => {
	const host = await startHost();
	const ids = new Set<string>();
	for (let index = 0; index < 50; index++) ids.add((await request(host)).json.action.id);
	expect(ids.size).toBe(1);
	const statuses = [];
	for (let index = 0; index < 40; index++) {
		statuses.push((await request(host, {argument: `https://example.com/${index}`})).status);
	}

	expect(statuses.filter(status => status === 201).length).toBeLessThan(20);
	expect(statuses.at(-1)).toBe(403);
});

test.each<[Record<string, unknown>, RegExp]>([
	[{kind: 'exec'}, /kind/],
	[{argument: 7}, /argument/],
	[{argument: 'x'.repeat(65 * 1024)}, /argument/],
	[{cwd: 'relative'}, /cwd/],
	[{expiresIn: 0}, /expiresIn/],
	[{kind: 'ide', argument: 'a\0b'}, /NUL/],
])('a request that makes no sense is refused: %#', async (body, reason) => {
	const host = await startHost();
	const answer = await request(host, body);
	expect(answer.status).toBe(400);
	expect(answer.json.detail).toMatch(reason);
});

test('the only console that acts has a request as soon as it is made; of two, whoever claims it', async () => {
	const host = await startHost();
	const listen = async (query: string) => {
		const events = await subscribe(host, `/v1/events${query}`);
		await events.until('snapshot', () => events.seen.length > 0);
		return events;
	};
	const claimedBy = async (kind: string, argument: string) => {
		const {action} = (await request(host, {kind, argument})).json;
		await one.until('the request', () => one.seen.some(({data}) => data.action?.id === action.id));
		const event = one.seen.find(({data}) => data.action?.id === action.id);
		return [event?.data.claimedBy, action.id] as const;
	};
	const claim = (id: string, console: string) =>
		ask(host, 'POST', `/v1/actions/${id}/claim`, {body: {console}});

	// Whoever only looks on does not count.
	await listen('');
	const one = await listen('?console=one&acts=web,diff');
	const [name, id] = await claimedBy('web', 'https://example.com/1');
	expect(name).toBe('one');
	expect((await claim(id, 'two')).status).toBe(409);
	expect((await claim(id, 'one')).status).toBe(200);
	// It would ask its person first, and another console might be quicker.
	expect((await claimedBy('ide', '/tmp'))[0]).toBeNull();
	// The same console by its next link.
	const again = await listen('?console=one&acts=web');
	expect((await claimedBy('web', 'https://example.com/2'))[0]).toBe('one');
	again.close();
	await listen('?console=two&acts=web');
	expect((await claimedBy('web', 'https://example.com/3'))[0]).toBeNull();
});
