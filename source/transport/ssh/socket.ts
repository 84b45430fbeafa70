import net from 'node:net';
import type {FleetError} from '../../errors.ts';
import type {SshHost} from '../ssh-config/parse.ts';
import {timedOut, unreachable} from './failures.ts';

/** With no ConnectTimeout in the configuration; the system's own would be minutes. */
export const defaultConnectTimeoutMs = 15_000;
/** While nothing answers, another attempt joins in so often. */
const againMs = 1000;

/**
 * A TCP connection to the host. Rejects with the code for what went wrong.
 *
 * A network that comes back finds an attempt that is at most a second old: the system itself asks
 * again after 1, 3, 7 and 15 s only, so a single attempt would sleep on. The first to answer wins.
 */
export const openSocket = (host: SshHost, signal: AbortSignal): Promise<net.Socket> =>
	new Promise((resolve, reject) => {
		const attempts = new Set<net.Socket>();
		const limit = host.connectTimeoutMs ?? defaultConnectTimeoutMs;
		const finish = (winner: net.Socket | null, error?: FleetError) => {
			clearTimeout(timeout);
			clearInterval(again);
			signal.removeEventListener('abort', onAbort);
			for (const socket of attempts) {
				socket.removeAllListeners();
				if (socket !== winner) socket.on('error', () => {}).destroy();
			}

			if (winner) resolve(winner);
			else reject(error ?? (signal.reason as Error));
		};

		const attempt = () => {
			const socket = connect(host);
			attempts.add(socket);
			socket
				.once('connect', () => finish(socket))
				.once('error', error => finish(null, unreachable(host, error)));
		};

		const onAbort = () => finish(null);
		const timeout = setTimeout(() => finish(null, timedOut(host, limit)), limit);
		const again = setInterval(attempt, againMs);
		signal.addEventListener('abort', onAbort, {once: true});
		if (signal.aborted) return onAbort();
		attempt();
	});

/** Begins a connection that somebody takes a little later: until then no error of it goes unheard. */
export const startSocket = (host: SshHost, signal: AbortSignal): Promise<net.Socket> => {
	const opening = openSocket(host, signal).then(socket => socket.on('error', () => {}));
	opening.catch(() => {});
	return opening;
};

const connect = (host: SshHost): net.Socket =>
	net.connect({
		host: host.hostName,
		port: host.port,
		family: host.addressFamily,
		...(host.bindAddress === null ? {} : {localAddress: host.bindAddress}),
		// Nagle's algorithm would hold a key press until the last one is acknowledged.
		noDelay: true,
		// The default, 250 ms, gives up a far host's first address before it can answer.
		autoSelectFamilyAttemptTimeout: 2000,
	});
