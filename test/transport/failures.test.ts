import {once} from 'node:events';
import net from 'node:net';
import {describe, expect, it} from 'vitest';
import {freePort} from '../harness/sshd.ts';
import {enter, startFarHost} from './far-host.ts';

describe.each(['ssh', 'openssh'] as const)('what can go wrong over %s', transport => {
	it('is refused', async () => {
		await using host = await startFarHost({transport});
		await expect(
			enter(await host.open({ssh: `127.0.0.1:${await freePort()}`})),
		).rejects.toMatchObject({code: 'connection-refused', exitCode: 3});
	});

	it('is a name that nobody knows', async () => {
		await using host = await startFarHost({transport});
		await expect(enter(await host.open({ssh: 'no-such-host.invalid'}))).rejects.toMatchObject({
			code: 'name-unknown',
			exitCode: 3,
		});
	});

	it('does not answer', async () => {
		await using host = await startFarHost({transport, clientConfig: ['ConnectTimeout 1']});
		await host.sshd.freeze();
		await expect(enter(await host.open())).rejects.toMatchObject({
			code: 'connection-timed-out',
			exitCode: 3,
		});
	});

	it('is no ssh server', async () => {
		const server = net.createServer(socket => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
		server.listen(0, '127.0.0.1');
		await once(server, 'listening');
		const {port} = server.address() as net.AddressInfo;
		await using host = await startFarHost({transport});
		const error = (await enter(await host.open({ssh: `127.0.0.1:${port}`})).catch(
			(error: unknown) => error,
		)) as {exitCode: number};
		expect(error.exitCode).toBe(3);
		server.close();
	});

	it('shares no key exchange with us', async () => {
		await using host = await startFarHost({
			transport,
			clientConfig: ['KexAlgorithms ecdh-sha2-nistp256'],
			config: ['KexAlgorithms curve25519-sha256'],
		});
		await expect(enter(await host.open())).rejects.toMatchObject({
			code: 'auth-failed',
			message: expect.stringContaining('share no') as string,
		});
	});

	it('runs no program for us', async () => {
		await using host = await startFarHost({transport, config: ['MaxSessions 1']});
		const link = await host.open();
		const signal = AbortSignal.timeout(15_000);
		const first = await link.exec!('sleep 20', signal).catch((error: unknown) => error);
		const outcome =
			first instanceof Error
				? first
				: await link.exec!('true', signal).then(
						({exited}) => exited.catch((error: unknown) => error),
						(error: unknown) => error,
					);
		expect(outcome).toMatchObject({code: 'not-supported'});
	});
});

describe('a server that ssh2 cannot speak with', () => {
	it('is one for the openssh transport', async () => {
		const config = ['KexAlgorithms sntrup761x25519-sha512@openssh.com'];
		await using host = await startFarHost({config});
		await expect(enter(await host.open())).rejects.toMatchObject({
			code: 'auth-failed',
			hint: expect.stringContaining('transport = "openssh"') as string,
		});
		expect(await enter(await host.open({transport: 'openssh'}))).toBe('in\n');
	});
});
