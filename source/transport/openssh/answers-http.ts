import type {Socket} from 'node:net';

/** Whether somebody behind the socket answers a request; a close without a byte says no. */
export const answersHttp = (socket: Socket, timeoutMs: number): Promise<boolean> =>
	new Promise(resolve => {
		const timer = setTimeout(() => finish(false), timeoutMs);
		const finish = (answer: boolean) => {
			clearTimeout(timer);
			resolve(answer);
		};

		socket
			.once('data', () => finish(true))
			.once('close', () => finish(false))
			.once('end', () => finish(false))
			.on('error', () => finish(false));
		socket.write('GET /v1/ping HTTP/1.1\r\nhost: fleet\r\nconnection: close\r\n\r\n');
	});
