import type {Connection} from '../connection.ts';
import {untilAborted} from '../until-aborted.ts';
import type {Outcome} from './command-failure.ts';

/** Bytes of either stream that are kept; a host that prints without end fills no memory. */
const mostBytes = 256 * 1024;

/** Runs a command line to its end and yields what it printed. */
export const runCommand = async (
	connection: Pick<Connection, 'exec'>,
	command: string,
	signal: AbortSignal,
): Promise<Outcome> => {
	const {stream, stderr, exited} = await connection.exec(command, signal);
	const out = collect(stream);
	const err = collect(stderr);
	stream.end();
	try {
		const {code, signal: name} = await untilAborted(exited, signal);
		return {code, signal: name, stdout: await out, stderr: await err};
	} finally {
		stream.destroy();
	}
};

const collect = (stream: NodeJS.ReadableStream): Promise<string> => {
	const chunks: Buffer[] = [];
	let size = 0;
	return new Promise(resolve => {
		const finish = () => resolve(Buffer.concat(chunks).toString('utf8'));
		stream.on('data', (chunk: Buffer | string) => {
			const bytes = Buffer.from(chunk as Buffer);
			if (size < mostBytes) chunks.push(bytes.subarray(0, mostBytes - size));
			size += bytes.length;
		});
		stream.once('end', finish).once('close', finish).once('error', finish);
	});
};
