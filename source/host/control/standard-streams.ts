import {fstatSync} from 'node:fs';
import net from 'node:net';
import type {Readable, Writable} from 'node:stream';

/**
 * Standard input and output without blocking: Node writes to a pipe on its standard output
 * synchronously, and a reader that is slow would then stop the other direction too.
 */
export const standardStreams = (): {input: Readable; output: Writable} => ({
	input: isPipe(0) ? new net.Socket({fd: 0, readable: true, writable: false}) : process.stdin,
	output: isPipe(1) ? new net.Socket({fd: 1, readable: false, writable: true}) : process.stdout,
});

const isPipe = (descriptor: number): boolean => {
	const stat = fstatSync(descriptor);
	return stat.isFIFO() || stat.isSocket();
};
