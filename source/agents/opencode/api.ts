import http from 'node:http';
import {FleetError} from '../../errors.ts';
import type {ProcessView} from '../kind.ts';

/** Where an opencode listens, and what it wants to hear. */
export type Server = {port: number; authorization: string};

export const passwordVariable = 'OPENCODE_SERVER_PASSWORD';
const longestAnswer = 8 * 1024 * 1024;

/** The server of the program, once it listens; undefined until then. */
export const findServer = (pid: number, processes: ProcessView): Server | undefined => {
	for (const member of processes.family(pid)) {
		const [port] = processes.listeningPorts(member);
		if (port === undefined) continue;
		const environment = processes.environment(member);
		const user = environment['OPENCODE_SERVER_USERNAME'] || 'opencode';
		const password = environment[passwordVariable] ?? '';
		return {
			port,
			authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
		};
	}

	return undefined;
};

const options = ({port, authorization}: Server, path: string, signal: AbortSignal) => ({
	host: '127.0.0.1',
	port,
	path,
	agent: false,
	signal,
	headers: {authorization, 'content-type': 'application/json'},
});

/** One call; rejects with `failed`, and with `conflict` for what the server does not know (any more). */
export const call = (
	server: Server,
	method: 'GET' | 'POST',
	path: string,
	body?: unknown,
): Promise<unknown> =>
	new Promise((resolve, reject) => {
		const fail = (error: unknown) =>
			reject(new FleetError('failed', 'opencode does not answer', {cause: error}));
		const request = http.request(
			{...options(server, path, AbortSignal.timeout(5000)), method},
			response => {
				const chunks: Buffer[] = [];
				let size = 0;
				response.on('data', (chunk: Buffer) => {
					size += chunk.length;
					if (size > longestAnswer) request.destroy(new Error('too long'));
					else chunks.push(chunk);
				});
				response.on('error', fail);
				response.on('end', () => {
					const {statusCode = 0} = response;
					if (statusCode === 404) reject(new FleetError('conflict', 'opencode asks that no more'));
					else if (statusCode < 200 || statusCode > 299) fail(new Error(`status ${statusCode}`));
					else {
						try {
							resolve(JSON.parse(Buffer.concat(chunks).toString()));
						} catch (error) {
							fail(error);
						}
					}
				});
			},
		);
		request.on('error', fail);
		request.end(body === undefined ? undefined : JSON.stringify(body));
	});

/** The server's event stream as text, until it ends, falls silent for 30 s, or the signal. */
export const openEvents = (
	server: Server,
	onText: (text: string) => void,
	onOpen: () => void,
	signal: AbortSignal,
): Promise<void> =>
	new Promise((resolve, reject) => {
		const request = http.request(
			{...options(server, '/event', signal), method: 'GET'},
			response => {
				if (response.statusCode !== 200) {
					request.destroy(new Error(`status ${response.statusCode}`));
					return;
				}

				response.setEncoding('utf8');
				response.on('data', onText);
				response.on('error', reject);
				response.on('end', resolve);
				response.on('close', resolve);
				onOpen();
			},
		);
		// It beats every ten seconds.
		request.setTimeout(30_000, () => request.destroy(new Error('it fell silent')));
		request.on('error', reject);
		request.end();
	});
