import {EventEmitter} from 'node:events';
import {PassThrough} from 'node:stream';
import type {Client} from 'ssh2';
import {afterEach, beforeEach, expect, it, vi} from 'vitest';
import type {SshHost} from '../../source/transport/ssh-config/parse.ts';
import {SshConnection} from '../../source/transport/ssh/ssh-connection.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('a channel that the host neither opens nor refuses is given up, though the link lives', async () => {
	const stream = new PassThrough();
	const client = Object.assign(new EventEmitter(), {exec() {}, end() {}});
	const connection = new SshConnection(
		{alias: 'dev', hostName: 'dev.example', port: 22, user: 'me'} as SshHost,
		client as unknown as Client,
		{hostKey: '', tried: []},
		stream,
		[],
	);
	const outcome = connection.exec('true', new AbortController().signal).then(
		() => 'opened',
		(error: {code: string}) => error.code,
	);
	for (let second = 0; second < 30; second++) {
		stream.write('still here');
		await vi.advanceTimersByTimeAsync(1000);
	}

	expect(await outcome).toBe('connection-timed-out');
	connection.close();
	stream.destroy();
});
