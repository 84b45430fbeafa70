import type {Duplex} from 'node:stream';

/**
 * Has what is written within one turn leave in one piece. ssh2 writes a packet in three (length,
 * body, MAC): each would be a system call and a TCP segment, and sshd would wake for the first to wait for the last.
 */
export const gatherWrites = (stream: Duplex): void => {
	const write = stream.write.bind(stream) as (...args: unknown[]) => boolean;
	let isGathering = false;
	stream.write = (...args: unknown[]): boolean => {
		if (!isGathering) {
			isGathering = true;
			stream.cork();
			process.nextTick(() => {
				isGathering = false;
				stream.uncork();
			});
		}

		return write(...args);
	};
};
