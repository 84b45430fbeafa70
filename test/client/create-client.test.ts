import type http from 'node:http';
import {afterEach, describe, expect, test} from 'vitest';
import {WebSocketServer, type WebSocket} from 'ws';
import {createClient} from '../../source/client/create-client.ts';
import type {Client} from '../../source/client/client.ts';
import {FleetError} from '../../source/errors.ts';
import {problemContentType} from '../../source/protocol/problem.ts';
import {startFakeHost, type FakeHost} from '../harness/fake-host.ts';

type Handler = (request: http.IncomingMessage, response: http.ServerResponse) => void;

const open: Array<() => Promise<void> | void> = [];
afterEach(async () => {
	for (const close of open.splice(0).reverse()) await close();
});

const start = async (handler: Handler): Promise<{host: FakeHost; client: Client}> => {
	const host = await startFakeHost(handler);
	const client = createClient(host.transport);
	open.push(
		() => host.close(),
		() => client.close(),
	);
	return {host, client};
};

const failure = async (promise: Promise<unknown>): Promise<FleetError> => {
	const error = await promise.then(
		() => undefined,
		(thrown: unknown) => thrown,
	);
	expect(error).toBeInstanceOf(FleetError);
	return error as FleetError;
};

const collect = async (client: Client, options: {onDropped?: () => void} = {}) => {
	const seen = [];
	for await (const record of client.events({signal: AbortSignal.timeout(5000), ...options})) {
		seen.push(record);
	}

	return seen;
};

describe('a call', () => {
	test('sends and gets JSON, and uses its connection again', async () => {
		const {host, client} = await start((request, response) => {
			let body = '';
			request.on('data', chunk => (body += String(chunk)));
			request.on('end', () =>
				response.end(JSON.stringify({got: body, protocol: request.headers['fleet-protocol']})),
			);
		});
		const answer = {got: '{"a":1}', protocol: '1.0'};
		expect(await client.json('POST', '/v1/x', {body: {a: 1}})).toEqual(answer);
		expect(await client.json('POST', '/v1/x', {body: {a: 1}})).toEqual(answer);
		expect(host.transport.dials).toBe(1);
	});

	test('rejects with the problem that the host names', async () => {
		const {client} = await start((_, response) => {
			response.writeHead(404, {'content-type': problemContentType});
			response.end(
				JSON.stringify({code: 'no-such-agent', detail: 'no \u001B[31magent', hint: 'h'}),
			);
		});
		const error = await failure(client.request('GET', '/v1/agents/x'));
		expect(error).toMatchObject({
			code: 'no-such-agent',
			message: 'no agent',
			hint: 'h',
			exitCode: 4,
		});
	});

	test('rejects with bad-response what is no JSON, and an error page of something else', async () => {
		const {client} = await start((request, response) => {
			if (request.url === '/page') response.writeHead(502);
			response.end('<html>');
		});
		expect((await failure(client.json('GET', '/'))).code).toBe('bad-response');
		expect((await failure(client.request('GET', '/page'))).message).toContain('502');
	});

	test.each(['2.0', '0.9', 'x', undefined])('refuses protocol %s', async value => {
		const {client} = await start((_, response) => {
			if (value === undefined) response.removeHeader('fleet-protocol');
			else response.setHeader('fleet-protocol', value);
			response.end('{}');
		});
		expect(await failure(client.request('GET', '/'))).toMatchObject({
			code: 'protocol-mismatch',
			exitCode: 6,
		});
	});

	test('a newer minor is no reason to refuse', async () => {
		const {client} = await start((_, response) => {
			response.setHeader('fleet-protocol', '1.99');
			response.end('{}');
		});
		expect(await client.json('GET', '/')).toEqual({});
	});

	test('has a deadline', async () => {
		const {client} = await start(() => {});
		expect((await failure(client.request('GET', '/', {timeoutMs: 50}))).code).toBe(
			'connection-timed-out',
		);
	});

	test('has as long as its bytes take: a large body, and an answer that comes slowly', async () => {
		const {client} = await start((request, response) => {
			if (request.method === 'POST') {
				// As on a slow link: nothing is read for longer than an answer may take.
				setTimeout(() => request.resume().on('end', () => response.end('got it')), 500);
				return;
			}

			let left = 6;
			const timer = setInterval(() => {
				response.write('.');
				if (--left > 0) return;
				clearInterval(timer);
				response.end();
			}, 250);
		});
		const body = Buffer.alloc(4_000_000);
		const sent = await client.request('POST', '/', {body, timeoutMs: 100});
		expect(sent.body.toString()).toBe('got it');
		const heard = await client.request('GET', '/', {timeoutMs: 1200});
		expect(heard.body.toString()).toBe('......');
	});

	test('ends with its signal, also while the way is being opened', async () => {
		const {host, client} = await start(() => {});
		const reason = new FleetError('interrupted', 'enough');
		for (const prepare of [() => {}, () => host.transport.cut()]) {
			prepare();
			const abort = new AbortController();
			const call = failure(client.request('GET', '/', {signal: abort.signal}));
			setTimeout(() => abort.abort(reason), 20);
			expect(await call).toBe(reason);
		}
	});

	test('rejects as the transport does when there is no way', async () => {
		const {host, client} = await start(() => {});
		host.transport.refuseWith = new FleetError('host-key-mismatch', 'other key', {hint: 'look'});
		expect(await failure(client.request('GET', '/'))).toBe(host.transport.refuseWith);
	});

	test('is repeated once when the host had just closed the idle connection', async () => {
		const {host, client} = await start((_, response) => response.end('{}'));
		await client.json('GET', '/');
		host.server.closeAllConnections();
		expect(await client.json('GET', '/')).toEqual({});
	});

	test('rejects an answer without end', async () => {
		const {client} = await start((_, response) => {
			const chunk = Buffer.alloc(1024 * 1024);
			const pump = () => {
				while (!response.destroyed && response.write(chunk));
			};

			response.on('drain', pump);
			pump();
		});
		expect((await failure(client.request('GET', '/'))).code).toBe('bad-response');
	});
});

describe('events', () => {
	const stream =
		(send: (response: http.ServerResponse, request: http.IncomingMessage) => unknown): Handler =>
		(request, response) => {
			response.writeHead(200, {'content-type': 'text/event-stream'});
			void send(response, request);
		};

	test('come with id, name and data, split anywhere', async () => {
		const text = ': hello\n\nid: a-1\nevent: one\ndata: {"x":\ndata: 1}\n\nid: a-2\ndata: ü\n\n';
		const {client} = await start(
			stream(async response => {
				for (const byte of Buffer.from(text)) {
					response.write(Buffer.from([byte]));
					await new Promise(setImmediate);
				}

				response.end();
			}),
		);
		expect(await collect(client)).toEqual([
			{id: 'a-1', event: 'one', data: '{"x":\n1}'},
			{id: 'a-2', event: 'message', data: 'ü'},
		]);
	});

	test('are asked for after the last that was seen', async () => {
		const {client} = await start(
			stream((response, request) =>
				response.end(`data: ${String(request.headers['last-event-id'])}\n\n`),
			),
		);
		const seen = [];
		for await (const {data} of client.events({since: 'e-9', signal: AbortSignal.timeout(5000)})) {
			seen.push(data);
		}

		expect(seen).toEqual(['e-9']);
	});

	test('survive bytes that are no UTF-8', async () => {
		const {client} = await start(
			stream(response => {
				response.write(
					Buffer.concat([Buffer.from('data: '), Buffer.from([0xff, 0xfe]), Buffer.from('\n\n')]),
				);
				response.end('data: next\n\n');
			}),
		);
		expect((await collect(client)).map(({data}) => data)).toEqual(['\uFFFD\uFFFD', 'next']);
	});

	test('lose a record that is larger than any can be, and only that', async () => {
		const {client} = await start(
			stream(async response => {
				response.write('data: before\n\nid: a-1\ndata: ');
				const filler = Buffer.alloc(1024 * 1024, 'x');
				for (let sent = 0; sent < 40; sent++) {
					if (!response.write(filler))
						await new Promise(resolve => response.once('drain', resolve));
				}

				response.end('\n\ndata: after\n\n');
			}),
		);
		let dropped = 0;
		const seen = await collect(client, {onDropped: () => dropped++});
		expect(seen.map(({data}) => data)).toEqual(['before', 'after']);
		expect(dropped).toBe(1);
	});

	test('are refused when what answers is no stream', async () => {
		const {client} = await start((_, response) => response.end('{}'));
		expect((await failure(collect(client))).code).toBe('bad-response');
	});

	test('end with connection-lost when the connection breaks', async () => {
		const {client} = await start(
			stream(response => {
				response.write('data: 1\n\n');
				setTimeout(() => response.destroy(), 20);
			}),
		);
		expect((await failure(collect(client))).code).toBe('connection-lost');
	});
});

describe('attach', () => {
	const serve = async (onSocket: (socket: WebSocket, url: string) => void) => {
		const made = await start((_, response) => response.writeHead(404).end());
		const sockets = new WebSocketServer({noServer: true});
		sockets.on('headers', headers => headers.push('fleet-protocol: 1.0'));
		made.host.server.on('upgrade', (request, socket, head) => {
			sockets.handleUpgrade(request, socket, head, ws => onSocket(ws, request.url!));
		});
		return made;
	};

	const options = () => ({cols: 80, rows: 24, signal: AbortSignal.timeout(20_000)});

	test('carries bytes both ways, sizes up and the exit down', async () => {
		const {client} = await serve((ws, url) => {
			ws.send(Buffer.from(url));
			ws.on('message', (data: Buffer, isBinary) => {
				if (isBinary) ws.send(Buffer.from(`typed ${data.toString()};`));
				else {
					ws.send(Buffer.from(`sized ${data.toString()};`));
					ws.send(JSON.stringify({exit: {code: 3, signal: null}}));
					ws.close();
				}
			});
		});
		const attached = await client.attach('a b', {...options(), observe: true});
		let text = '';
		attached.stream.on('data', chunk => (text += String(chunk)));
		attached.stream.write('ls');
		attached.resize({cols: 100, rows: 30});
		expect(await attached.ended).toEqual({code: 3, signal: null});
		expect(text).toBe(
			'/v1/agents/a%20b/attach?cols=80&rows=24&observe=1typed ls;sized {"resize":{"cols":100,"rows":30}};',
		);
	});

	test('ends with null when the connection breaks', async () => {
		const {host, client} = await serve(() => {});
		const attached = await client.attach('a', options());
		host.transport.sever();
		expect(await attached.ended).toBeNull();
	});

	test('holds the host back while nobody reads', async () => {
		let sent = 0;
		const {client} = await serve(ws => {
			const chunk = Buffer.alloc(64 * 1024);
			const pump = () => {
				if (sent < 2000 && ws.readyState === ws.OPEN) {
					ws.send(chunk, pump);
					sent++;
				}
			};

			pump();
		});
		const attached = await client.attach('a', options());
		let before = -1;
		while (before !== sent) {
			before = sent;
			await new Promise(resolve => setTimeout(resolve, 100));
		}

		expect(sent).toBeLessThan(400);
		let bytes = 0;
		attached.stream.on('data', (chunk: Buffer) => (bytes += chunk.length));
		while (bytes < 2000 * 64 * 1024) await new Promise(resolve => setTimeout(resolve, 20));
		attached.close();
		expect(await attached.ended).toBeNull();
	});

	test('rejects with the problem that the host names', async () => {
		const {host, client} = await start(() => {});
		host.server.on('upgrade', (_, socket) => {
			socket.end(
				'HTTP/1.1 404 Not Found\r\nfleet-protocol: 1.0\r\nconnection: close\r\n\r\n{"code":"no-such-agent","detail":"none"}',
			);
		});
		expect((await failure(client.attach('a', options()))).code).toBe('no-such-agent');
	});
});
