import http from 'node:http';
import {FleetError} from '../errors.ts';
import {fromProblem} from '../protocol/problem.ts';
import {callError} from './call-error.ts';
import {checkProtocol, protocolHeader, protocolValue} from './check-protocol.ts';
import type {ClientResponse, RequestOptions} from './client.ts';
import type {DialOptions} from './dial-agent.ts';

/** Larger answers are no answers: a snapshot of 10,000 agents is about 8 MiB. */
export const maxBodyBytes = 64 * 1024 * 1024;

const defaultTimeoutMs = 15_000;
/** A body goes at least as fast as on the slowest link that is of use, twice at once: 128 kbit/s. */
const slowestBytesPerMs = 8;
const repeatable = new Set(['GET', 'HEAD', 'PUT', 'DELETE']);

/** One call. Rejects with the problem that the host sent, or with why there is no answer. */
export const request = async (
	agent: http.Agent,
	method: string,
	path: string,
	options: RequestOptions = {},
): Promise<ClientResponse> => {
	try {
		return await attempt(agent, method, path, options);
	} catch (error) {
		// The host may close an idle connection just as it is used again.
		if (!(error instanceof StaleConnection)) throw error;
		if (!repeatable.has(method)) throw callError(error.cause);
		return attempt(agent, method, path, options).catch((again: unknown) => {
			throw again instanceof StaleConnection ? callError(again.cause) : again;
		});
	}
};

class StaleConnection extends Error {}

async function attempt(
	agent: http.Agent,
	method: string,
	path: string,
	{body, signal, timeoutMs = defaultTimeoutMs, accept = 'application/json'}: RequestOptions,
): Promise<ClientResponse> {
	if (signal?.aborted) throw callError(signal.reason, signal);
	const isRaw = body instanceof Uint8Array;
	const payload = body === undefined ? undefined : isRaw ? body : Buffer.from(JSON.stringify(body));
	const deadline = new AbortController();
	const ending = signal ? AbortSignal.any([signal, deadline.signal]) : deadline.signal;
	let timer: NodeJS.Timeout | undefined;
	const {promise, resolve, reject} = deferred<ClientResponse>();
	const options: DialOptions = {
		agent,
		method,
		path,
		host: 'fleet',
		signal: ending,
		dialSignal: ending,
		headers: {
			accept,
			[protocolHeader]: protocolValue,
			...(payload
				? {
						'content-type': isRaw ? 'application/octet-stream' : 'application/json',
						'content-length': payload.length,
					}
				: {}),
		},
	};
	const call = http.request(options);
	// The deadline is the host's, and ends its silence: reaching it has its own, in the transport.
	call.on('socket', () => {
		const limitMs = timeoutMs + (payload?.length ?? 0) / slowestBytesPerMs;
		timer = setTimeout(() => {
			const seconds = Math.round(limitMs / 100) / 10;
			const text = `the host did not answer within ${seconds} s`;
			deadline.abort(new FleetError('connection-timed-out', text));
		}, limitMs);
	});
	call.on('error', error => {
		const {code} = error as NodeJS.ErrnoException;
		const isStale = call.reusedSocket && (code === 'ECONNRESET' || code === 'EPIPE');
		reject(isStale ? new StaleConnection(error.message, {cause: error}) : callError(error, ending));
	});
	call.on('response', response => {
		collect(response, () => timer?.refresh()).then(
			answer => {
				try {
					checkProtocol(response.headers);
					if (answer.status >= 200 && answer.status < 300) resolve(answer);
					else reject(fromProblem(answer.status, answer.body.toString('utf8')));
				} catch (error) {
					reject(error as Error);
				}
			},
			(error: unknown) => reject(callError(error, ending)),
		);
	});
	call.end(payload);
	// A request that waits for its socket does not notice that it was aborted.
	const giveUp = () => reject(callError(ending.reason, ending));
	ending.addEventListener('abort', giveUp, {once: true});
	try {
		return await promise;
	} finally {
		clearTimeout(timer);
		ending.removeEventListener('abort', giveUp);
	}
}

async function collect(
	response: http.IncomingMessage,
	onHeard: () => void,
): Promise<ClientResponse> {
	const chunks: Buffer[] = [];
	let size = 0;
	for await (const chunk of response as AsyncIterable<Buffer>) {
		onHeard();
		size += chunk.length;
		if (size > maxBodyBytes) {
			throw new FleetError('bad-response', 'the host answered with more than 64 MiB');
		}

		chunks.push(chunk);
	}

	return {
		status: response.statusCode ?? 0,
		headers: response.headers,
		body: Buffer.concat(chunks, size),
	};
}

// Promise.withResolvers is newer than what a host may run this on.
function deferred<T>() {
	let resolve!: (value: T) => void;
	let reject!: (error: Error) => void;
	const promise = new Promise<T>((yes, no) => {
		resolve = yes;
		reject = no;
	});
	return {promise, resolve, reject};
}
