import type {IncomingMessage} from 'node:http';
import type {Duplex} from 'node:stream';
import * as v from 'valibot';
import {WebSocketServer, type WebSocket} from 'ws';
import {FleetError} from '../../errors.ts';
import type {Host} from '../host.ts';
import {checkProtocol, ownProtocol, protocolHeader} from '../http/check-protocol.ts';
import {matchRoute} from '../http/match-route.ts';
import type {TerminalSize} from '../runtimes/runtime.ts';
import {joinTerminal} from './join-terminal.ts';

const size = (fallback: number) =>
	v.optional(
		v.pipe(v.string(), v.transform(Number), v.integer(), v.minValue(2), v.maxValue(1000)),
		String(fallback),
	);
const querySchema = v.object({cols: size(120), rows: size(40)});
const path = '/v1/agents/:agent/attach';
/** A paste crosses in pieces; one larger than this is no typing. */
const mostMessageBytes = 1024 * 1024;

/** `GET /v1/agents/ID/attach`: WebSockets, each joined to an agent's terminal. */
export class AttachServer {
	#sockets = new WebSocketServer({
		noServer: true,
		perMessageDeflate: false,
		maxPayload: mostMessageBytes,
		clientTracking: true,
	});

	constructor(host: Host) {
		this.#sockets.on('headers', headers => headers.push(`${protocolHeader}: ${ownProtocol}`));
		this.#sockets.on('error', error => host.log.write(`attach: ${error.message}`));
	}

	/** Rejects, before anything is answered, when there is nothing to attach to. */
	readonly upgrade = async (
		request: IncomingMessage,
		socket: Duplex,
		head: Buffer,
		host: Host,
	): Promise<void> => {
		checkProtocol(request.headers[protocolHeader]);
		const {pathname, searchParams} = new URL(request.url ?? '/', 'http://host');
		const match = matchRoute([{method: 'GET', path, handle: () => undefined}], 'GET', pathname);
		if (match === undefined || !('parameters' in match)) {
			throw new FleetError('not-supported', `nothing to attach to at ${pathname.slice(0, 200)}`);
		}

		const agent = host.registry.find(match.parameters['agent']!);
		if (agent.state === 'exited') {
			throw new FleetError('conflict', `${agent.name} has exited`, {
				hint: `start it again: console restart ${agent.name}`,
			});
		}

		const terminal = await host.runtime.attach(agent.id, sizeIn(searchParams), {
			observe: searchParams.get('observe') === '1',
		});
		host.agents.observers.look(agent.id);
		if (socket.destroyed) {
			terminal.close();
			return;
		}

		socket.on('close', () => terminal.close());
		this.#sockets.handleUpgrade(request, socket, head, (webSocket: WebSocket) => {
			joinTerminal(webSocket, terminal, listener => host.agents.onEnd(agent.id, listener));
		});
	};

	close(): void {
		for (const socket of this.#sockets.clients) socket.close(1001, 'the host is closing');
		this.#sockets.close();
	}
}

const sizeIn = (query: URLSearchParams): TerminalSize => {
	const result = v.safeParse(querySchema, Object.fromEntries(query));
	if (result.success) return result.output;
	throw new FleetError('usage', 'cols and rows are whole numbers from 2 to 1000');
};
