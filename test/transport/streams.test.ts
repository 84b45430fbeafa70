import {createHash, randomBytes} from 'node:crypto';
import {once} from 'node:events';
import net from 'node:net';
import {text} from 'node:stream/consumers';
import http from 'node:http';
import {describe, expect, it} from 'vitest';
import {dial, get, startFarHost} from './far-host.ts';

const soon = () => AbortSignal.timeout(15_000);

describe.each([
	{transport: 'ssh', streamlocal: true},
	{transport: 'ssh', streamlocal: false},
	{transport: 'openssh', streamlocal: true},
	{transport: 'openssh', streamlocal: false},
] as const)('streams over $transport (streamlocal: $streamlocal)', options => {
	it('carry HTTP with kept connections, large bodies both ways, and timeouts', async () => {
		await using host = await startFarHost(options);
		const transport = await host.open();
		const agent = new http.Agent({keepAlive: true, maxSockets: 1});
		let dials = 0;
		agent.createConnection = ((_: unknown, done: (error: unknown, stream?: unknown) => void) => {
			dials++;
			dial(transport).then(stream => done(null, stream), done);
		}) as never;
		const call = (path: string, body?: Buffer) =>
			new Promise<string>((resolve, reject) => {
				const request = http.request({agent, path, method: body ? 'POST' : 'GET'}, response => {
					const hash = createHash('sha256');
					let size = 0;
					let words = '';
					response.on('data', (data: Buffer) => {
						hash.update(data);
						size += data.length;
						if (words.length < 100) words += data.toString();
					});
					response.on('end', () => resolve(size > 100_000 ? String(size) : words));
				});
				request.setTimeout(10_000).setNoDelay(true);
				request.on('error', reject).end(body);
			});
		expect(await call('/bytes/20000000')).toBe('20000000');
		expect(await call('/up', randomBytes(5_000_000))).toBe('5000000');
		expect(await call('/')).toContain(host.state);
		expect(dials).toBe(1);
		agent.destroy();
	});

	it('end on both sides when one side ends', async () => {
		await using host = await startFarHost(options);
		const stream = await dial(await host.open());
		stream.write('GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
		expect(await text(stream)).toContain('200 OK');
		if (!stream.closed) await once(stream, 'close');
		expect(stream.destroyed).toBe(true);
	});

	it('are many at once', async () => {
		await using host = await startFarHost(options);
		const transport = await host.open();
		// Of programs a server lets ten run on one connection, and one may be ours.
		const count = options.streamlocal ? 60 : 8;
		const streams = await Promise.all(Array.from({length: count}, () => dial(transport)));
		const answers = await Promise.all(streams.map(stream => get(stream)));
		expect(new Set(answers).size).toBe(1);
		expect(await host.sshd.sessions()).toBe(1);
	});
});

describe.each(['ssh', 'openssh'] as const)('programs over %s', transport => {
	it('get their input, and give output, errors and status', async () => {
		await using host = await startFarHost({transport});
		const link = await host.open();
		const {stream, stderr, exited} = await link.exec!('cat; echo "to err" >&2; exit 7', soon());
		const [out, err] = [text(stream), text(stderr)];
		stream.end('to out');
		expect(await out).toBe('to out');
		expect(await err).toBe('to err\n');
		expect(await exited).toEqual({code: 7, signal: null});
	});

	it('keep every byte', async () => {
		await using host = await startFarHost({transport});
		const link = await host.open();
		const bytes = randomBytes(3_000_000);
		const {stream, exited} = await link.exec!('cat', soon(), 'bulk');
		const chunks: Buffer[] = [];
		stream.on('data', (chunk: Buffer) => chunks.push(chunk));
		stream.end(bytes);
		expect(await exited).toEqual({code: 0, signal: null});
		expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
		expect(await host.sshd.sessions()).toBe(2);
	});

	it('end when the stream is destroyed', async () => {
		await using host = await startFarHost({transport});
		const link = await host.open();
		const {stream} = await link.exec!('echo $$; exec cat', soon());
		const [first] = (await once(stream, 'data')) as [Buffer];
		const pid = Number(first.toString());
		stream.destroy();
		await expect
			.poll(() => isRunning(pid), {timeout: 5000, message: 'the program runs on'})
			.toBe(false);
	});

	it('reach a port of the host’s loopback', async () => {
		const server = net.createServer(socket => socket.end('hello from the port'));
		server.listen(0, '127.0.0.1');
		await once(server, 'listening');
		const {port} = server.address() as net.AddressInfo;
		await using host = await startFarHost({transport});
		const link = await host.open();
		expect(await text(await link.forward!(port, soon()))).toBe('hello from the port');
		server.close();
		await once(server, 'close');
		const closed = link.forward!(port, soon()).then(stream => text(stream));
		if (transport === 'ssh') await expect(closed).rejects.toMatchObject({code: 'failed'});
		else expect(await closed).toBe('');
	});
});

const isRunning = (pid: number): boolean => {
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		return false;
	}
};
