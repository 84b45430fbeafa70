import type {Duplex, Readable, Writable} from 'node:stream';

/**
 * Joins a program's own input and output to a socket, byte for byte, each side held back by the
 * other. The end of one direction is passed on and the other one goes on; resolves when the socket
 * has said its last, or when nobody is left to read or write.
 */
export const joinStreams = (socket: Duplex, input: Readable, output: Writable): Promise<void> => {
	const {promise, resolve} = Promise.withResolvers<void>();
	const close = () => {
		input.destroy();
		socket.destroy();
		resolve();
	};
	input.pipe(socket);
	// A pipe never ends a process's own standard output, so that is done here.
	socket.pipe(output, {end: false});
	socket.on('end', () => output.end(close));
	input.on('error', () => socket.end());
	output.on('error', close);
	output.on('close', close);
	socket.on('error', close);
	socket.on('close', () => {
		if (!socket.readableEnded) close();
	});
	return promise;
};
