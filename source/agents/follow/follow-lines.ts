import {open, stat} from 'node:fs/promises';
import {onChange} from './changes.ts';

/** Of a long log only the end is read; what was before it is not known, and not needed for a state. */
const longestStart = 4 * 1024 * 1024;
const longestLine = 8 * 1024 * 1024;
const chunkBytes = 256 * 1024;

/**
 * Calls back with each whole JSON line of a growing file, from its beginning (or its last 4 MiB: then
 * `whole` is false), until the signal. Lines that are no JSON are passed over.
 */
export const followLines = async (
	file: string,
	onLine: (line: Record<string, unknown>, whole: boolean) => void,
	signal: AbortSignal,
): Promise<void> => {
	let at = 0;
	let rest: Buffer = Buffer.alloc(0);
	let whole = true;
	const look = async (): Promise<void> => {
		const size = await stat(file).then(
			({size}) => size,
			() => 0,
		);
		if (size < at) [at, rest] = [0, Buffer.alloc(0)];
		if (at === 0 && size > longestStart) {
			at = size - longestStart;
			whole = false;
		}

		const handle = size > at ? await open(file, 'r').catch(() => undefined) : undefined;
		try {
			while (handle && at < size && !signal.aborted) {
				const {bytesRead, buffer} = await handle.read(Buffer.alloc(chunkBytes), 0, chunkBytes, at);
				if (bytesRead === 0) break;
				at += bytesRead;
				rest = emitLines(Buffer.concat([rest, buffer.subarray(0, bytesRead)]), line => {
					onLine(line, whole);
				});
				if (rest.length > longestLine) rest = Buffer.alloc(0);
			}
		} finally {
			await handle?.close();
		}
	};

	await onChange(file, look, {everyMs: 2000, signal});
};

const emitLines = (data: Buffer, emit: (line: Record<string, unknown>) => void): Buffer => {
	let begin = 0;
	for (let end = data.indexOf(10); end >= 0; end = data.indexOf(10, begin)) {
		const text = data.toString('utf8', begin, end);
		begin = end + 1;
		try {
			const value: unknown = JSON.parse(text);
			if (typeof value === 'object' && value !== null) emit(value as Record<string, unknown>);
		} catch {
			// A line cut by the start in its middle, or none of ours.
		}
	}

	return data.subarray(begin);
};
