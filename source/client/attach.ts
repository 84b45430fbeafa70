import {Duplex} from 'node:stream';
import type http from 'node:http';
import * as v from 'valibot';
import {WebSocket, type ClientOptions} from 'ws';
import {FleetError} from '../errors.ts';
import {exitSchema} from '../protocol/agent.ts';
import {fromProblem} from '../protocol/problem.ts';
import {callError} from './call-error.ts';
import {checkProtocol, protocolHeader, protocolValue} from './check-protocol.ts';
import type {AttachSession, Client} from './client.ts';
import type {DialOptions} from './dial-agent.ts';

type Exit = {code: number | null; signal: string | null};

const openTimeoutMs = 15_000;
const pingMs = 5000;
/** Unanswered ones; a host that answers none of so many answers no other. */
const mostProbes = 1000;
const maxFrameBytes = 16 * 1024 * 1024;
const farewellSchema = v.object({exit: v.pick(exitSchema, ['code', 'signal'])});

/** Joins an agent's terminal. Rejects with `no-such-agent`, or with why it cannot be reached. */
export const attach = async (
	agent: http.Agent,
	id: string,
	{cols, rows, observe = false, signal}: Parameters<Client['attach']>[1],
): Promise<AttachSession> => {
	if (signal.aborted) throw callError(signal.reason, signal);
	const query = `cols=${cols}&rows=${rows}${observe ? '&observe=1' : ''}`;
	const options: ClientOptions & DialOptions = {
		agent,
		perMessageDeflate: false,
		maxPayload: maxFrameBytes,
		headers: {[protocolHeader]: protocolValue},
		dialSignal: signal,
	};
	const url = `ws://fleet/v1/agents/${encodeURIComponent(id)}/attach?${query}`;
	const socket = new WebSocket(url, options);
	socket.binaryType = 'nodebuffer';
	// Listens from the first: frames may come with the answer itself.
	const attached = session(socket, signal);
	await opened(socket, signal);
	return attached;
};

async function opened(socket: WebSocket, signal: AbortSignal): Promise<void> {
	const timeout = AbortSignal.timeout(openTimeoutMs);
	const ending = AbortSignal.any([signal, timeout]);
	let giveUp: (() => void) | undefined;
	try {
		await new Promise<void>((resolve, reject) => {
			giveUp = () => reject(callError(ending.reason, ending));
			ending.addEventListener('abort', giveUp);
			socket.on('upgrade', ({headers}) => {
				try {
					checkProtocol(headers);
				} catch (error) {
					reject(error as Error);
				}
			});
			socket.on('unexpected-response', (request, response) => {
				let body = '';
				response.on('data', (chunk: Buffer) => {
					if (body.length < 65_536) body += chunk.toString('utf8');
				});
				response.on('end', () => {
					request.destroy();
					reject(fromProblem(response.statusCode ?? 0, body));
				});
				response.on('error', error => reject(callError(error)));
			});
			socket.on('open', resolve);
			socket.on('error', error => reject(callError(error, ending)));
		});
	} catch (error) {
		socket.terminate();
		throw error;
	} finally {
		ending.removeEventListener('abort', giveUp!);
	}
}

function session(socket: WebSocket, signal: AbortSignal): AttachSession {
	let exit: Exit | null = null;
	let heard = true;
	let finish: (exit: Exit | null) => void;
	const ended = new Promise<Exit | null>(resolve => {
		finish = resolve;
	});

	const stream = new Duplex({
		// Terminal bytes are latency: a few frames are buffered, then the socket is not read.
		readableHighWaterMark: 256 * 1024,
		writableHighWaterMark: 64 * 1024,
		read: () => socket.resume(),
		write(chunk: Buffer, _encoding, done) {
			if (socket.readyState === WebSocket.OPEN) socket.send(chunk, {binary: true}, done);
			else done(new FleetError('connection-lost', 'the terminal is not attached any more'));
		},
		final(done) {
			socket.close();
			done();
		},
		destroy(error, done) {
			socket.terminate();
			done(error);
		},
	});
	// Whoever holds the session learns of its end by `ended`; an unheard error must not end the program.
	stream.on('error', () => {});

	socket.on('message', (data: Buffer, isBinary) => {
		heard = true;
		if (!isBinary) exit = parseExit(data) ?? exit;
		else if (!stream.destroyed && !stream.push(data)) socket.pause();
	});
	const probes = new Map<string, () => void>();
	let probeCount = 0;
	socket.on('pong', data => {
		heard = true;
		const probe = data.toString('latin1');
		probes.get(probe)?.();
		probes.delete(probe);
	});
	const close = () => {
		clearInterval(pulse);
		socket.terminate();
	};

	let quietBeats = 0;
	const pulse = setInterval(() => {
		// A socket that is not read, because the terminal is slow, is not a dead one.
		quietBeats = heard || socket.isPaused ? 0 : quietBeats + 1;
		heard = false;
		if (quietBeats >= 3) socket.terminate();
		else if (socket.readyState === WebSocket.OPEN) socket.ping();
	}, pingMs);
	signal.addEventListener('abort', close, {once: true});
	socket.on('error', () => {});
	socket.on('close', () => {
		clearInterval(pulse);
		signal.removeEventListener('abort', close);
		if (!stream.destroyed) stream.push(null);
		finish(exit);
	});

	return {
		stream,
		ended,
		resize(size) {
			if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({resize: size}));
		},
		probe(onTaken) {
			if (socket.readyState !== WebSocket.OPEN || probes.size >= mostProbes) return;
			const probe = String(++probeCount);
			probes.set(probe, onTaken);
			socket.ping(probe);
		},
		close,
	};
}

function parseExit(data: Buffer): Exit | undefined {
	try {
		const result = v.safeParse(farewellSchema, JSON.parse(data.toString('utf8')));
		return result.success ? result.output.exit : undefined;
	} catch {
		return undefined;
	}
}
