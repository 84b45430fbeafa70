import net from 'node:net';
import {FleetError} from '../../errors.ts';
import {isNobody} from './is-nobody.ts';

const deadlineMs = 5000;

/** A connection to the daemon's socket, or null when nobody listens there. */
export const connectDaemon = (
	socketPath: string,
	signal: AbortSignal,
): Promise<net.Socket | null> => {
	const {promise, resolve, reject} = Promise.withResolvers<net.Socket | null>();
	const socket = net.connect({path: socketPath, allowHalfOpen: true});
	const give = AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]);
	const abort = () => socket.destroy(new Error('the daemon takes no connection'));
	give.addEventListener('abort', abort, {once: true});
	socket.once('connect', () => resolve(socket));
	socket.once('error', (error: NodeJS.ErrnoException) => {
		if (isNobody(error)) resolve(null);
		else reject(new FleetError('daemon-failed', `cannot reach ${socketPath}: ${error.message}`));
	});
	return promise.finally(() => give.removeEventListener('abort', abort));
};
