import type net from 'node:net';
import type {Duplex} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import {FleetError} from '../errors.ts';
import {listenLoopback} from './listen-loopback.ts';

/** A port of the laptop's loopback that leads to the host's. */
export type Forward = {hostPort: number; localPort: number; agent: string | null; since: number};

/** Opens a byte stream to a TCP port on the host's loopback. */
export type OpenPort = (port: number, signal: AbortSignal) => Promise<Duplex>;

export type Forwards = {
	/**
	 * Makes `http://localhost:PORT` of the host reachable here, and yields where. `exact` asks for the
	 * same port; otherwise another is taken when that one is in use here. Rejects with `failed`.
	 */
	ensure(hostPort: number, options: {exact: boolean; agent: string | null}): Promise<Forward>;
	list(): Forward[];
	/** Ends what an agent asked for, when it has ended. */
	release(agent: string): void;
	close(): void;
};

const idleMs = 30 * 60_000;
const maxForwards = 16;
const maxConnections = 128;
const connectTimeoutMs = 15_000;

type Entry = {
	forward: Forward;
	servers: net.Server[];
	sockets: Set<net.Socket>;
	idle: NodeJS.Timeout | undefined;
};

/**
 * The laptop's side of localhost links: listeners on its loopback, and nowhere else. A forward ends
 * with the agent that asked for it, after half an hour without a connection, and with its owner.
 */
export const createForwards = (
	open: OpenPort,
	{onChange = () => {}, idleAfterMs = idleMs}: {onChange?: () => void; idleAfterMs?: number} = {},
): Forwards => {
	const entries = new Map<number, Promise<Entry>>();
	const listening = new Set<Entry>();
	const ended = new AbortController();

	const end = (entry: Entry): void => {
		if (!listening.delete(entry)) return;
		entries.delete(entry.forward.hostPort);
		clearTimeout(entry.idle);
		for (const server of entry.servers) server.close();
		for (const socket of entry.sockets) socket.destroy();
		onChange();
	};

	const rest = (entry: Entry): void => {
		clearTimeout(entry.idle);
		if (entry.sockets.size > 0 || !listening.has(entry)) return;
		entry.idle = setTimeout(() => end(entry), idleAfterMs);
		entry.idle.unref();
	};

	const join = async (entry: Entry, socket: net.Socket): Promise<void> => {
		if (entry.sockets.size >= maxConnections) {
			socket.destroy();
			return;
		}

		entry.sockets.add(socket);
		clearTimeout(entry.idle);
		socket.setNoDelay(true);
		const connecting = new AbortController();
		const deadline = setTimeout(() => connecting.abort(), connectTimeoutMs);
		socket.once('close', () => connecting.abort());
		try {
			const stream = await open(
				entry.forward.hostPort,
				AbortSignal.any([ended.signal, connecting.signal]),
			).finally(() => clearTimeout(deadline));
			await Promise.all([pipeline(socket, stream), pipeline(stream, socket)]);
		} catch {
			// Nothing listens there, or one side hung up: the browser shows it as any refused connection.
			socket.destroy();
		} finally {
			entry.sockets.delete(socket);
			rest(entry);
		}
	};

	const start = async (hostPort: number, exact: boolean, agent: string | null): Promise<Entry> => {
		if (ended.signal.aborted) throw new FleetError('failed', 'the console is closing');
		if (entries.size >= maxForwards) {
			throw new FleetError('failed', `${maxForwards} ports of the host are forwarded already`);
		}

		const {servers, port: localPort} = await listenLoopback(hostPort, exact);
		const forward = {hostPort, localPort, agent, since: Date.now()};
		const entry: Entry = {forward, servers, sockets: new Set(), idle: undefined};
		listening.add(entry);
		for (const server of servers) {
			server.on('connection', socket => {
				socket.on('error', () => {});
				void join(entry, socket);
			});
			server.on('error', () => end(entry));
		}

		rest(entry);
		if (ended.signal.aborted) end(entry);
		onChange();
		return entry;
	};

	return {
		async ensure(hostPort, {exact, agent}) {
			let starting = entries.get(hostPort);
			if (starting === undefined) {
				starting = start(hostPort, exact, agent);
				entries.set(hostPort, starting);
				starting.catch(() => entries.delete(hostPort));
			}

			const entry = await starting;
			if (exact && entry.forward.localPort !== hostPort) {
				throw new FleetError(
					'failed',
					`port ${hostPort} of the host is reached through port ${entry.forward.localPort} here, which this link cannot use`,
				);
			}

			rest(entry);
			return entry.forward;
		},
		list: () => [...listening].map(entry => entry.forward),
		release(agent) {
			for (const entry of listening) if (entry.forward.agent === agent) end(entry);
		},
		close() {
			ended.abort();
			for (const entry of listening) end(entry);
		},
	};
};
