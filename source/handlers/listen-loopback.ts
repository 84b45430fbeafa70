import net from 'node:net';
import {FleetError, toFleetError} from '../errors.ts';

export type LoopbackListener = {servers: net.Server[]; port: number};

/**
 * Listens on 127.0.0.1 and ::1 (browsers try either for `localhost`), on the same port of both. With
 * `exact` on that port or not at all; otherwise on another when it is in use, or is the system's.
 * Rejects with `failed`.
 */
export const listenLoopback = async (port: number, exact: boolean): Promise<LoopbackListener> => {
	const candidates = exact ? [port] : port < 1024 ? [0, 0, 0] : [port, 0, 0, 0];
	for (const candidate of candidates) {
		const listener = await listenBoth(candidate);
		if (listener) return listener;
	}

	throw new FleetError(
		'failed',
		`port ${port} of this laptop is in use, so the host's cannot be reached through it`,
		{hint: `End what listens on port ${port} here, and ask again.`},
	);
};

const listenBoth = async (port: number): Promise<LoopbackListener | undefined> => {
	const four = await listen('127.0.0.1', port);
	if (four === 'taken' || four === 'no-such-family') return undefined;
	const chosen = (four.address() as net.AddressInfo).port;
	const six = await listen('::1', chosen);
	if (six === 'taken') {
		four.close();
		return undefined;
	}

	return {servers: six === 'no-such-family' ? [four] : [four, six], port: chosen};
};

const listen = async (
	host: string,
	port: number,
): Promise<net.Server | 'taken' | 'no-such-family'> => {
	const server = net.createServer({allowHalfOpen: true});
	// A listener alone must not keep a program alive that has nothing else to do.
	server.unref();
	try {
		await new Promise<void>((resolve, reject) => {
			server.once('error', reject);
			server.listen({host, port, exclusive: true}, () => {
				server.off('error', reject);
				resolve();
			});
		});
		return server;
	} catch (error) {
		const code = (error as NodeJS.ErrnoException).code ?? '';
		if (code === 'EADDRINUSE' || code === 'EACCES') return 'taken';
		if (code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT') return 'no-such-family';
		throw toFleetError(error);
	}
};
