import {FleetError} from '../errors.ts';

/** All of stdin as text, at most `limit` bytes. */
export const readStdin = async (
	stdin: NodeJS.ReadStream,
	limit: number,
	signal: AbortSignal,
): Promise<string> => {
	const chunks: Buffer[] = [];
	let size = 0;
	const leave = () => stdin.destroy();
	signal.addEventListener('abort', leave, {once: true});
	try {
		for await (const chunk of stdin as AsyncIterable<Buffer>) {
			size += chunk.length;
			if (size > limit) {
				throw new FleetError('usage', `stdin holds more than ${Math.floor(limit / 1024)} KiB`);
			}

			chunks.push(chunk);
		}
	} finally {
		signal.removeEventListener('abort', leave);
	}

	signal.throwIfAborted();
	return Buffer.concat(chunks).toString('utf8');
};
