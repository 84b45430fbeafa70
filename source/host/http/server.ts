import http, {type IncomingMessage, type ServerResponse} from 'node:http';
import type {Duplex} from 'node:stream';
import {FleetError, toFleetError} from '../../errors.ts';
import {problemContentType, toProblem} from '../../protocol/problem.ts';
import {stackOf} from '../../original-files.ts';
import type {Host} from '../host.ts';
import {checkProtocol, ownProtocol, protocolHeader} from './check-protocol.ts';
import {matchRoute} from './match-route.ts';
import {readBytes, readJson} from './read-json.ts';
import type {Answer, Route} from './route.ts';
import {statusOf} from './status-of.ts';

const defaultBodyBytes = 64 * 1024;
/** Longer than any call that does its work may take; the client gives up at 15 s. */
const deadlineMs = 20_000;

export type Upgrade = (
	request: IncomingMessage,
	socket: Duplex,
	head: Buffer,
	host: Host,
) => Promise<void>;

/** The daemon's HTTP server, not yet listening: a table of routes, and whoever takes upgrades. */
export const createServer = (
	host: Host,
	routes: readonly Route[],
	upgrade: Upgrade,
): http.Server => {
	const server = http.createServer(
		// On a slow link a body takes minutes; who gives up sending it ends its connection.
		{requestTimeout: 0, headersTimeout: 15_000, keepAliveTimeout: 300_000},
		(request, response) => {
			void serveRequest(host, routes, request, response);
		},
	);
	// A caller may close its writing side as soon as it has asked, and still gets its answer.
	Object.assign(server, {httpAllowHalfOpen: true});
	server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
		socket.on('error', () => socket.destroy());
		upgrade(request, socket, head, host).catch((error: unknown) => {
			refuseUpgrade(socket, explain(error, host));
		});
	});
	return server;
};

const serveRequest = async (
	host: Host,
	routes: readonly Route[],
	request: IncomingMessage,
	response: ServerResponse,
): Promise<void> => {
	response.setHeader(protocolHeader, ownProtocol);
	const gone = new AbortController();
	response.on('close', () => gone.abort());
	response.on('error', () => gone.abort());
	try {
		checkProtocol(request.headers[protocolHeader]);
		const {pathname, searchParams} = parseTarget(request.url);
		const match = matchRoute(routes, request.method ?? '', pathname);
		if (match === undefined) throw new Refusal(404, `there is no ${pathname.slice(0, 200)} here`);
		if ('allowed' in match) {
			response.setHeader('allow', match.allowed.join(', '));
			throw new Refusal(405, `${request.method} is not for ${pathname.slice(0, 200)}`);
		}

		const {route, parameters} = match;
		const signal = route.streams
			? gone.signal
			: AbortSignal.any([gone.signal, AbortSignal.timeout(deadlineMs)]);
		const answer = Promise.resolve(
			route.handle(
				{
					parameters,
					query: searchParams,
					headers: request.headers,
					json: () => readJson(request, route.maxBodyBytes ?? defaultBodyBytes, signal),
					bytes: () => readBytes(request, route.maxBodyBytes ?? defaultBodyBytes, signal),
					signal,
					response,
				},
				host,
			),
		);
		send(response, await (route.streams ? answer : withDeadline(answer, signal)));
	} catch (error) {
		sendError(response, error, host);
	} finally {
		// What was not read of a body would be taken for the next request.
		if (!request.complete) response.shouldKeepAlive = false;
		request.resume();
	}
};

/** An answer outside what code words tell apart. */
class Refusal extends FleetError {
	readonly status: number;

	constructor(status: number, message: string) {
		super('not-supported', message);
		this.status = status;
	}
}

const parseTarget = (target = '/'): URL => {
	try {
		return new URL(target, 'http://host');
	} catch {
		throw new Refusal(400, 'the request names no path');
	}
};

const withDeadline = async (answer: Promise<Answer>, signal: AbortSignal): Promise<Answer> => {
	const {promise, reject} = Promise.withResolvers<never>();
	const late = () => reject(new FleetError('connection-timed-out', 'the host took too long'));
	signal.addEventListener('abort', late, {once: true});
	try {
		return await Promise.race([answer, promise]);
	} finally {
		signal.removeEventListener('abort', late);
	}
};

const send = (response: ServerResponse, answer: Answer): void => {
	if (answer === undefined || response.headersSent) return;
	const {status, json, text} = answer;
	if (json === undefined && text === undefined) {
		response.writeHead(status).end();
		return;
	}

	const body = text ?? JSON.stringify(json);
	response
		.writeHead(status, {
			'content-type': text === undefined ? 'application/json' : 'text/plain; charset=utf-8',
			'content-length': Buffer.byteLength(body),
			'cache-control': 'no-store',
		})
		.end(body);
};

const sendError = (response: ServerResponse, error: unknown, host: Host): void => {
	if (response.headersSent) {
		response.destroy();
		return;
	}

	const {status, body} = explain(error, host);
	if (status === 400) response.shouldKeepAlive = false;
	response
		.writeHead(status, {
			'content-type': problemContentType,
			'content-length': Buffer.byteLength(body),
		})
		.end(body);
};

const explain = (error: unknown, host: Host): {status: number; body: string} => {
	const known = toFleetError(error);
	const status =
		error instanceof Refusal ? error.status : error === known ? statusOf(known.code) : 500;
	if (status === 500) host.log.write(`a request failed: ${stackOf(error)}`);
	return {status, body: JSON.stringify(toProblem(known, status))};
};

const refuseUpgrade = (socket: Duplex, {status, body}: {status: number; body: string}): void => {
	if (!socket.writable) return;
	socket.end(
		[
			`HTTP/1.1 ${status} ${http.STATUS_CODES[status] ?? ''}`,
			'connection: close',
			`${protocolHeader}: ${ownProtocol}`,
			`content-type: ${problemContentType}`,
			`content-length: ${Buffer.byteLength(body)}`,
			'',
			body,
		].join('\r\n'),
	);
};
