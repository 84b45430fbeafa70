import http from 'node:http';
import {FleetError} from '../../errors.ts';
import {fromProblem} from '../../protocol/problem.ts';
import {protocol} from '../../protocol/version.ts';
import {ownProtocol, protocolHeader} from '../http/check-protocol.ts';
import {isNobody} from './is-nobody.ts';

const mostBytes = 32 * 1024 * 1024;

/**
 * One call to the daemon behind a socket, its answer as JSON; null when no daemon listens there.
 * Rejects with the daemon's own problem, with `protocol-mismatch` for a daemon of another major,
 * and with `daemon-failed` for one that does not answer.
 */
export const askDaemon = (
	socketPath: string,
	method: 'GET' | 'POST',
	path: string,
	{body, signal, timeoutMs = 5000}: {body?: unknown; signal?: AbortSignal; timeoutMs?: number} = {},
): Promise<unknown> => {
	const {promise, resolve, reject} = Promise.withResolvers<unknown>();
	const deadline = AbortSignal.timeout(timeoutMs);
	const request = http.request(
		{
			socketPath,
			method,
			path,
			agent: false,
			headers: {[protocolHeader]: ownProtocol},
			signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
		},
		response => {
			const chunks: Buffer[] = [];
			let size = 0;
			response.on('data', (chunk: Buffer) => {
				size += chunk.length;
				if (size > mostBytes) request.destroy(new Error('its answer is too large'));
				else chunks.push(chunk);
			});
			response.on('error', fail);
			response.on('end', () => {
				try {
					resolve(read(response, Buffer.concat(chunks).toString('utf8')));
				} catch (error) {
					reject(error as Error);
				}
			});
		},
	);
	const fail = (error: NodeJS.ErrnoException) => {
		if (isNobody(error)) resolve(null);
		else if (signal?.aborted) reject(signal.reason as Error);
		else reject(silent(socketPath, deadline.aborted ? `${timeoutMs} ms` : error.message, error));
	};
	request.on('error', fail);
	request.end(body === undefined ? undefined : JSON.stringify(body));
	return promise;
};

const read = ({headers, statusCode = 0}: http.IncomingMessage, body: string): unknown => {
	const theirs = String(headers[protocolHeader] ?? '');
	if (theirs !== '' && Number(theirs.split('.')[0]) !== protocol.major) {
		throw new FleetError(
			'protocol-mismatch',
			`the daemon that runs speaks protocol ${theirs.slice(0, 20)}, this program ${ownProtocol}`,
			{hint: 'console host stop ends that daemon; the agents stay, and the next start adopts them'},
		);
	}

	if (statusCode >= 300) throw fromProblem(statusCode, body);
	return body === '' ? {} : (JSON.parse(body) as unknown);
};

const silent = (socket: string, why: string, cause: unknown): FleetError =>
	new FleetError('daemon-failed', `the daemon behind ${socket} does not answer (${why})`, {
		hint: 'console host stop ends it; the agents stay, and the next start adopts them',
		cause,
	});
