import net from 'node:net';
import {expect, test} from 'vitest';
import {problemContentType} from '../../../source/protocol/problem.ts';
import {ask, launch, startHost} from '../host-harness.ts';

/** Raw bytes in, everything that comes back until the host closes. */
const talk = (socket: string, bytes: string, halfClose = true): Promise<string> =>
	new Promise((resolve, reject) => {
		let answer = '';
		const connection = net.connect({path: socket, allowHalfOpen: true}, () => {
			if (halfClose) connection.end(bytes);
			else connection.write(bytes);
		});
		connection.setEncoding('utf8');
		connection.setTimeout(10_000, () => connection.destroy(new Error(`open still: ${answer}`)));
		connection.on('data', (chunk: string) => (answer += chunk));
		connection.on('end', () => {
			connection.end();
			resolve(answer);
		});
		connection.on('error', reject);
	});

test('every error is a problem with a code word', async () => {
	const host = await startHost();
	const agent = await launch(host, {name: 'docs'});
	const cases = [
		['GET', '/v1/nothing', undefined, 404, 'not-supported'],
		['GET', '/', undefined, 404, 'not-supported'],
		['DELETE', '/v1/agents', undefined, 405, 'not-supported'],
		['GET', `/v1/agents/${agent.id}/attach`, undefined, 400, 'usage'],
		['GET', '/v1/agents/none', undefined, 404, 'no-such-agent'],
		['GET', '/v1/agents/%ff', undefined, 404, 'not-supported'],
		['POST', '/v1/agents', '{"agent":', 400, 'usage'],
		['POST', '/v1/agents', {agent: 7}, 400, 'usage'],
		['POST', '/v1/agents', {agent: 'nonsense'}, 404, 'no-such-role'],
		['POST', '/v1/agents', {agent: 'shell', cwd: '/nowhere'}, 422, 'failed'],
		['POST', '/v1/agents', {agent: 'shell', command: ['no-such-program']}, 422, 'failed'],
		['POST', '/v1/agents', {agent: 'shell', environment: {'A=B': 'c'}}, 400, 'usage'],
		['POST', `/v1/agents/${agent.id}/stop`, {grace: -1}, 400, 'usage'],
		['POST', `/v1/agents/${agent.id}/input`, {keys: ['a b']}, 400, 'usage'],
		['DELETE', `/v1/agents/${agent.id}`, undefined, 409, 'conflict'],
		['POST', '/v1/launches/guessed', undefined, 403, 'denied'],
	] as const;
	for (const [method, target, body, status, code] of cases) {
		const answer = await ask(host, method, target, {body});
		expect([target, answer.status, answer.json.code]).toEqual([target, status, code]);
		expect(answer.headers['content-type']).toBe(problemContentType);
	}
});

test('an agent that is not there brings up those that are', async () => {
	const host = await startHost();
	await launch(host, {name: 'docs'});
	const {json} = await ask(host, 'GET', '/v1/agents/dosc');
	expect(json.hint).toContain('docs');
});

test('a kind whose program is missing is an agent that says how to get it', async () => {
	const host = await startHost();
	const {status, json} = await ask(host, 'POST', '/v1/agents', {
		body: {agent: 'claude', cwd: '/tmp'},
	});
	expect(status).toBe(201);
	expect(json.agent).toMatchObject({state: 'exited', exit: {code: 127}});
	expect(json.agent.exit?.message).toContain('claude is not installed on');
	expect(json.agent.exit?.message).toContain('npm i -g');
});

test('another major is refused and changes nothing; another minor is welcome', async () => {
	const host = await startHost();
	const body = {agent: 'shell', command: ['cat'], cwd: '/tmp'};
	for (const header of ['2.0', '0.9', 'nonsense', '']) {
		const answer = await ask(host, 'POST', '/v1/agents', {
			body,
			headers: {'fleet-protocol': header},
		});
		expect([header, answer.status, answer.json.code]).toEqual([header, 426, 'protocol-mismatch']);
		expect(answer.headers['fleet-protocol']).toBe('1.0');
	}

	expect(host.runtime.terminals.size).toBe(0);
	const answer = await ask(host, 'GET', '/v1/ping', {headers: {'fleet-protocol': '1.99'}});
	expect(answer.status).toBe(204);
});

test('a body beyond its limit is refused without being read', async () => {
	const host = await startHost();
	const agent = await launch(host);
	const body = JSON.stringify({grace: 1, pad: 'x'.repeat(100_000)});
	const answer = await talk(
		host.socket,
		`POST /v1/agents/${agent.id}/stop HTTP/1.1\r\nhost: h\r\ncontent-length: ${body.length}\r\n\r\n`,
		false,
	);
	expect(answer).toMatch(/^HTTP\/1.1 400/);
	expect(host.runtime.terminal(agent.id).signals).toEqual([]);
	const chunked = await ask(host, 'POST', `/v1/agents/${agent.id}/stop`, {
		body,
		headers: {'transfer-encoding': 'chunked'},
	});
	expect(chunked.status).toBe(400);
});

test('who closes the writing side after asking still gets the answer', async () => {
	const host = await startHost();
	const answer = await talk(host.socket, 'GET /v1/host HTTP/1.1\r\nhost: h\r\n\r\n');
	expect(answer).toMatch(/^HTTP\/1.1 200/);
	expect(answer).toContain('"identity"');
});

test('what is no HTTP ends its own connection only', async () => {
	const host = await startHost();
	expect(await talk(host.socket, '\0\0\0nonsense\r\n\r\n')).toMatch(/^HTTP\/1.1 400/);
	expect((await ask(host, 'GET', '/v1/ping')).status).toBe(204);
});
