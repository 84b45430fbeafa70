import net from 'node:net';
import type {FleetError} from '../../errors.ts';
import {timedOut, unreachable} from './failures.ts';
import type {SshHost} from '../ssh-config/parse.ts';

/** With no ConnectTimeout in the configuration; the system's own would be minutes. */
export const defaultConnectTimeoutMs = 15_000;

/** A TCP connection to the host. Rejects with the code for what went wrong. */
export const openSocket = (host: SshHost, signal: AbortSignal): Promise<net.Socket> =>
	new Promise((resolve, reject) => {
		const socket = net.connect({
			host: host.hostName,
			port: host.port,
			family: host.addressFamily,
			...(host.bindAddress === null ? {} : {localAddress: host.bindAddress}),
			// Nagle's algorithm would hold a key press until the last one is acknowledged.
			noDelay: true,
			// The default, 250 ms, gives up a far host's first address before it can answer.
			autoSelectFamilyAttemptTimeout: 2000,
		});
		const limit = host.connectTimeoutMs ?? defaultConnectTimeoutMs;
		const timer = setTimeout(() => finish(timedOut(host, limit)), limit);
		const finish = (error?: FleetError) => {
			clearTimeout(timer);
			signal.removeEventListener('abort', onAbort);
			socket.off('connect', onConnect).off('error', onError);
			if (!error && !signal.aborted) return resolve(socket);
			socket.on('error', () => {}).destroy();
			reject(error ?? (signal.reason as Error));
		};

		const onAbort = () => finish();
		const onError = (error: NodeJS.ErrnoException) => finish(unreachable(host, error));
		const onConnect = () => finish();
		socket.once('connect', onConnect).once('error', onError);
		signal.addEventListener('abort', onAbort, {once: true});
		if (signal.aborted) onAbort();
	});
