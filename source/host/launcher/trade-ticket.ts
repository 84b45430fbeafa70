import {connect} from 'node:net';
import {FleetError} from '../../errors.ts';
import {protocol} from '../../protocol/version.ts';
import type {LaunchCommand} from './tickets.ts';

/** An argv and environment beyond this could not be started anyhow: the kernel's limit is 2 MiB by default. */
const limit = 8 * 1024 * 1024;

/**
 * Asks the daemon at `socketPath` what to start; once for a ticket. Rejects with `failed` and a sentence for the
 * screen. HTTP/1.0 by hand, whose answer simply ends: importing `node:http` would take this process, which every
 * agent waits for, longer than all the rest of its work.
 */
export const tradeTicket = async (
	ticket: string,
	socketPath: string,
	timeoutMs = 10_000,
): Promise<LaunchCommand> => {
	const answer = await ask(
		socketPath,
		[
			`POST /v1/launches/${encodeURIComponent(ticket)} HTTP/1.0`,
			'host: localhost',
			`fleet-protocol: ${protocol.major}.${protocol.minor}`,
			'content-length: 0',
			'\r\n',
		].join('\r\n'),
		timeoutMs,
	);
	const status = /^HTTP\/1\.[01] (\d{3})/.exec(answer)?.[1];
	if (status === '404' || status === '410')
		throw failure('this launch is over: its ticket was used, or is too old');
	const command = status === '200' ? parse(answer.slice(answer.indexOf('\r\n\r\n') + 4)) : null;
	if (command === null)
		throw failure(`the daemon answered ${status ?? 'nothing that makes sense'}`);
	return command;
};

const failure = (message: string, cause?: unknown): FleetError =>
	new FleetError('failed', message, {cause, hint: 'start the agent again'});

const ask = (socketPath: string, text: string, timeoutMs: number): Promise<string> =>
	new Promise((resolve, reject) => {
		const socket = connect(socketPath);
		const chunks: Buffer[] = [];
		let size = 0;
		const timer = setTimeout(() => socket.destroy(new Error('no answer in time')), timeoutMs);
		socket.on('connect', () => socket.write(text));
		socket.on('data', chunk => {
			chunks.push(chunk);
			size += chunk.length;
			if (size > limit) socket.destroy(new Error('its answer is too large'));
		});
		socket.on('error', error => {
			clearTimeout(timer);
			reject(failure(`the daemon cannot be asked: ${error.message}`, error));
		});
		socket.on('end', () => {
			clearTimeout(timer);
			resolve(Buffer.concat(chunks).toString());
		});
	});

const isText = (value: unknown): value is string =>
	typeof value === 'string' && !value.includes('\0');

const isTextMap = (value: unknown): value is Record<string, string> =>
	typeof value === 'object' && value !== null && Object.values(value).every(isText);

/** By hand for the same reason: a schema library has its price too. */
const parse = (body: string): LaunchCommand | null => {
	let value: Partial<Record<keyof LaunchCommand, unknown>> | null;
	try {
		value = JSON.parse(body) as typeof value;
	} catch {
		return null;
	}

	const {argv, env, cwd, keys = {}} = value ?? {};
	if (!Array.isArray(argv) || argv.length === 0 || !argv.every(isText) || !isText(cwd)) return null;
	if (!isTextMap(env) || !isTextMap(keys)) return null;
	return {argv, env, cwd, keys};
};
