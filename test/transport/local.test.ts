import {execFile} from 'node:child_process';
import {once} from 'node:events';
import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import {text} from 'node:stream/consumers';
import {promisify} from 'node:util';
import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';
import {openTransport} from '../../source/transport/registry.ts';
import type {Transport} from '../../source/transport/transport.ts';
import {dial, get} from './far-host.ts';

const run = promisify(execFile);
const program = [process.execPath, path.join(import.meta.dirname, '../../dist/cli.js')];
let state: string;
let transport: Transport;

beforeEach(async () => {
	state = await mkdtemp('/tmp/local-');
	vi.stubEnv('HOME', state);
	vi.stubEnv('FLEET_STATE_DIR', state);
	transport = await openTransport({remote: null, stateFolder: state, program});
});

afterEach(async () => {
	await transport.close();
	await run(program[0]!, [program[1]!, 'host', 'stop', '--agents']).catch(() => {});
	vi.unstubAllEnvs();
	await rm(state, {recursive: true, force: true});
});

describe('the local transport', () => {
	it('starts the daemon of its state folder, once for all who dial', async () => {
		const streams = await Promise.all([dial(transport), dial(transport), dial(transport)]);
		const answers = await Promise.all(streams.map(stream => get(stream, '/v1/agents')));
		for (const answer of answers) expect(JSON.parse(answer)).toMatchObject({agents: []});
		expect(await get(await dial(transport), '/v1/agents')).toBe(answers[0]);
	});

	it('starts it again after it was stopped', async () => {
		await get(await dial(transport), '/v1/agents');
		await run(program[0]!, [program[1]!, 'host', 'stop']);
		expect(await get(await dial(transport), '/v1/agents')).toContain('"agents"');
	});

	it.each([
		['is a file', () => path.join(state, 'file')],
		['cannot be made', () => '/proc/nothing'],
		['is too long for a socket', () => path.join(state, 'd'.repeat(200))],
	])('says of a state folder that it %s', async (_, folder) => {
		await writeFile(path.join(state, 'file'), '');
		vi.stubEnv('FLEET_STATE_DIR', folder());
		const broken = await openTransport({remote: null, stateFolder: folder(), program});
		await expect(dial(broken)).rejects.toMatchObject({
			code: 'state-dir-unusable',
			hint: expect.stringContaining('FLEET_STATE_DIR') as string,
		});
	});

	it('says that a program is not there', async () => {
		const none = await openTransport({
			remote: null,
			stateFolder: state,
			program: ['/no/such/program'],
		});
		await expect(dial(none)).rejects.toMatchObject({code: 'daemon-failed'});
	});

	it('runs programs, and reaches ports', async () => {
		const signal = AbortSignal.timeout(10_000);
		const {stream, stderr, exited} = await transport.exec!('cat; echo no >&2; exit 3', signal);
		stream.end('words');
		// Together: what nobody listens to is gone with the program.
		expect(await Promise.all([text(stream), text(stderr), exited])).toEqual([
			'words',
			'no\n',
			{code: 3, signal: null},
		]);
		const server = net.createServer(socket => socket.end('hello')).listen(0, '127.0.0.1');
		await once(server, 'listening');
		const {port} = server.address() as net.AddressInfo;
		expect(await text(await transport.forward!(port, signal))).toBe('hello');
		server.close();
		await once(server, 'close');
		await expect(transport.forward!(port, signal)).rejects.toMatchObject({code: 'failed'});
	});

	it('does not take a stale socket file for a daemon', async () => {
		await mkdir(path.join(state, 'run'), {mode: 0o700});
		const server = net.createServer().listen(path.join(state, 'run/host.sock'));
		await once(server, 'listening');
		// Node removes the file when it closes the server; a killed process does not.
		await run('sh', ['-c', `cp -al ${state}/run/host.sock ${state}/run/kept`]);
		server.close();
		await once(server, 'close');
		await run('mv', [path.join(state, 'run/kept'), path.join(state, 'run/host.sock')]);
		expect(await get(await dial(transport), '/v1/agents')).toContain('"agents"');
	});

	it('leaves when its caller leaves, and ends its streams on reset', async () => {
		const left = AbortSignal.abort(new Error('left'));
		await expect(transport.dial(left)).rejects.toThrow('left');
		const stream = await dial(transport);
		const ended = once(stream, 'error').catch((error: unknown) => [error]);
		transport.reset();
		expect((await ended)[0]).toMatchObject({code: 'connection-lost'});
	});
});
