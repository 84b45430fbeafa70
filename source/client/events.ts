import http from 'node:http';
import {FleetError} from '../errors.ts';
import {maxEventBytes, type WireEvent} from '../protocol/event.ts';
import {fromProblem} from '../protocol/problem.ts';
import {callError} from './call-error.ts';
import {checkProtocol, protocolHeader, protocolValue} from './check-protocol.ts';
import type {Client} from './client.ts';
import type {DialOptions} from './dial-agent.ts';
import {createRecordParser} from './record-parser.ts';
import {watchSilence} from './watch-silence.ts';

/** The contract: a comment at least every 5 s, and this long without a byte is a dead link. */
export const silenceMs = 15_000;

type Options = Parameters<Client['events']>[0];

/** One SSE subscription. Ends when the host ends it; rejects with `connection-lost` and the like. */
export async function* events(agent: http.Agent, options: Options): AsyncGenerator<WireEvent> {
	const {since, path = '/v1/events', signal, onOpen, onHeard, onDropped} = options;
	const silence = watchSilence(silenceMs);
	const ending = AbortSignal.any([signal, silence.signal]);
	try {
		ending.throwIfAborted();
		const response = await open(agent, path, since, ending, silence.start);
		onOpen?.();
		const parser = createRecordParser(maxEventBytes, () => onDropped?.());
		for await (const chunk of response as AsyncIterable<Buffer>) {
			silence.heard();
			onHeard?.();
			yield* parser.feed(chunk);
			// Whoever consumes slowly is not a host that is silent.
			silence.heard();
		}
	} catch (error) {
		throw callError(error, ending);
	} finally {
		silence.end();
	}
}

async function open(
	agent: http.Agent,
	path: string,
	since: string | undefined,
	signal: AbortSignal,
	onSocket: () => void,
): Promise<http.IncomingMessage> {
	const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
		// A request that waits for its socket does not notice that it was aborted.
		signal.addEventListener('abort', () => reject(signal.reason as Error), {once: true});
		const options: DialOptions = {
			agent,
			path,
			host: 'fleet',
			signal,
			dialSignal: signal,
			headers: {
				accept: 'text/event-stream',
				[protocolHeader]: protocolValue,
				...(since === undefined ? {} : {'last-event-id': since}),
			},
		};
		http.get(options).on('socket', onSocket).on('response', resolve).on('error', reject);
	});
	try {
		checkProtocol(response.headers);
		if (response.statusCode !== 200) throw await problemOf(response);
		const type = response.headers['content-type'] ?? '';
		if (!type.startsWith('text/event-stream')) {
			throw new FleetError('bad-response', 'the host answered with no event stream');
		}

		return response;
	} catch (error) {
		response.destroy();
		throw error;
	}
}

async function problemOf(response: http.IncomingMessage): Promise<FleetError> {
	let body = '';
	for await (const chunk of response as AsyncIterable<Buffer>) {
		body += chunk.toString('utf8');
		if (body.length > 65_536) break;
	}

	return fromProblem(response.statusCode ?? 0, body);
}
