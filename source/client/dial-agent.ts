import http from 'node:http';
import type {Duplex} from 'node:stream';
import {FleetError, toFleetError} from '../errors.ts';
import type {Transport} from '../transport/transport.ts';

/** A transport asks a person for a passphrase, say: that may take its time, but not for ever. */
const dialTimeoutMs = 120_000;

type SocketCallback = (error: Error | null, socket: Duplex) => void;

/** What a request hands its agent: Node keeps its own `signal` to itself. */
export type DialOptions = http.RequestOptions & {dialSignal?: AbortSignal};

/** An agent whose sockets are streams to the daemon, opened by the transport. */
export class DialAgent extends http.Agent {
	readonly #transport: Transport;
	readonly #closing = new AbortController();

	constructor(transport: Transport, options: http.AgentOptions) {
		// Not asked for, Node works out a name for TLS from the request: 3 ms of a start.
		super({...options, servername: ''} as http.AgentOptions);
		this.#transport = transport;
	}

	// Node's types know no asynchronous form; its documentation does: nothing is returned and
	// the callback gets the socket.
	override createConnection(options: http.ClientRequestArgs, callback?: SocketCallback): undefined {
		const {dialSignal: signal} = options as DialOptions;
		const ending = AbortSignal.any([
			this.#closing.signal,
			AbortSignal.timeout(dialTimeoutMs),
			...(signal ? [signal] : []),
		]);
		this.#transport.dial(ending).then(
			stream => callback?.(null, asSocket(stream)),
			(error: unknown) =>
				(callback as ((error: Error) => void) | undefined)?.(
					toFleetError(error, 'connection-lost'),
				),
		);
	}

	override destroy(): void {
		this.#closing.abort(new FleetError('interrupted', 'the client is closed'));
		super.destroy();
	}
}

const socketMethods = ['setNoDelay', 'setKeepAlive', 'setTimeout', 'ref', 'unref'] as const;

/** http calls these on what it thinks is a socket; a plain stream has none of them. */
function asSocket(stream: Duplex): Duplex {
	const socket = stream as Duplex & Record<string, unknown>;
	for (const method of socketMethods) socket[method] ??= () => socket;
	socket['destroySoon'] ??= () => socket.end(() => socket.destroy());
	return socket;
}
