import http from 'node:http';
import net from 'node:net';
import {once} from 'node:events';
import {afterEach, expect, test, vi} from 'vitest';
import {createForwards, type Forwards, type OpenPort} from '../../source/handlers/forwards.ts';
import {freePort} from '../harness/sshd.ts';

const closing: Array<() => unknown> = [];
afterEach(async () => {
	for (const close of closing.splice(0).reverse()) await close();
});

/** Stands for the host: whatever port is asked for, this server answers. */
const hostServer = async (listener: http.RequestListener): Promise<number> => {
	const server = http.createServer(listener).listen(0, '127.0.0.1');
	await once(server, 'listening');
	closing.push(() => {
		server.closeAllConnections();
		server.close();
	});
	return (server.address() as net.AddressInfo).port;
};

const forwardsTo = (open: OpenPort, options?: Parameters<typeof createForwards>[1]): Forwards => {
	const forwards = createForwards(open, options);
	closing.push(() => forwards.close());
	return forwards;
};

const connectTo =
	(port: number): OpenPort =>
	async () => {
		const socket = net.connect(port, '127.0.0.1');
		await once(socket, 'connect');
		return socket;
	};

const refusesConnections = async (port: number): Promise<boolean> => {
	const socket = net.connect(port, '127.0.0.1');
	const result = await Promise.race([
		once(socket, 'connect').then(() => false),
		once(socket, 'error').then(() => true),
	]).catch(() => true);
	socket.destroy();
	return result;
};

test("the host's port answers on the same port of this laptop's loopback", async () => {
	const served = await hostServer((request, response) => response.end(`host saw ${request.url}`));
	const asked: number[] = [];
	const port = await freePort();
	const forwards = forwardsTo(async (hostPort, signal) => {
		asked.push(hostPort);
		return connectTo(served)(hostPort, signal);
	});
	const forward = await forwards.ensure(port, {exact: true, agent: 'a'});
	expect(forward.localPort).toBe(port);
	const response = await fetch(`http://127.0.0.1:${port}/callback?code=1`);
	expect(await response.text()).toBe('host saw /callback?code=1');
	expect(asked).toEqual([port]);
	expect(forwards.list()).toHaveLength(1);
});

test('a port that is in use here is reached through another, unless it must be the same', async () => {
	const taken = await hostServer((_request, response) => response.end('the laptop itself'));
	const served = await hostServer((_request, response) => response.end('the host'));
	const forwards = forwardsTo(connectTo(served));
	await expect(forwards.ensure(taken, {exact: true, agent: null})).rejects.toThrow(/in use/);
	const {localPort} = await forwards.ensure(taken, {exact: false, agent: null});
	expect(localPort).not.toBe(taken);
	expect(await (await fetch(`http://127.0.0.1:${localPort}/`)).text()).toBe('the host');
	await expect(forwards.ensure(taken, {exact: true, agent: null})).rejects.toThrow(/cannot use/);
});

test('two links to one port share one forward', async () => {
	const forwards = forwardsTo(connectTo(1));
	const port = await freePort();
	const both = await Promise.all([
		forwards.ensure(port, {exact: false, agent: 'a'}),
		forwards.ensure(port, {exact: false, agent: 'b'}),
	]);
	expect(both[0]).toBe(both[1]);
	expect(forwards.list()).toHaveLength(1);
});

test('a forward ends with its agent, and with its owner', async () => {
	const forwards = forwardsTo(connectTo(1));
	const [one, two] = [await freePort(), await freePort()];
	await forwards.ensure(one, {exact: true, agent: 'a'});
	await forwards.ensure(two, {exact: true, agent: 'b'});
	forwards.release('a');
	await vi.waitFor(async () => expect(await refusesConnections(one)).toBe(true));
	expect(forwards.list().map(forward => forward.hostPort)).toEqual([two]);
	forwards.close();
	await vi.waitFor(async () => expect(await refusesConnections(two)).toBe(true));
	await expect(forwards.ensure(one, {exact: false, agent: null})).rejects.toThrow(/closing/);
});

test('an unused forward ends by itself; a connection holds it', async () => {
	const served = await hostServer(() => {});
	const forwards = forwardsTo(connectTo(served), {idleAfterMs: 50});
	const port = await freePort();
	await forwards.ensure(port, {exact: true, agent: null});
	const socket = net.connect(port, '127.0.0.1');
	await once(socket, 'connect');
	socket.write('GET / HTTP/1.1\r\n');
	await vi.waitFor(() => expect(forwards.list()).toHaveLength(1));
	socket.destroy();
	await vi.waitFor(() => expect(forwards.list()).toHaveLength(0));
});

test('a browser sees a closed connection where nothing listens on the host', async () => {
	const forwards = forwardsTo(async () => {
		throw new Error('connection refused');
	});
	const port = await freePort();
	await forwards.ensure(port, {exact: true, agent: null});
	await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
	expect(forwards.list()).toHaveLength(1);
});

test('many ports of one host are refused, not opened', async () => {
	const forwards = forwardsTo(connectTo(1));
	const results = [];
	for (let index = 0; index < 20; index++) {
		results.push(
			await forwards.ensure(await freePort(), {exact: false, agent: null}).then(
				() => 'open',
				(error: Error) => error.message,
			),
		);
	}

	expect(results.filter(result => result === 'open')).toHaveLength(16);
	expect(results.at(-1)).toMatch(/16 ports/);
});
