import type {IncomingMessage} from 'node:http';
import {FleetError} from '../../errors.ts';

/** The request's body; rejects with `usage` when it is too large. */
export const readBytes = async (
	request: IncomingMessage,
	maxBytes: number,
	signal: AbortSignal,
): Promise<Buffer> => {
	const chunks: Buffer[] = [];
	let size = 0;
	const tooLarge = new FleetError('usage', `the body is larger than ${maxBytes} bytes`);
	if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge;
	const abort = () => request.destroy(new Error('the body did not arrive in time'));
	signal.addEventListener('abort', abort, {once: true});
	try {
		for await (const chunk of request as AsyncIterable<Buffer>) {
			size += chunk.length;
			if (size > maxBytes) throw tooLarge;
			chunks.push(chunk);
		}
	} finally {
		signal.removeEventListener('abort', abort);
	}

	return Buffer.concat(chunks, size);
};

/** The request's body as JSON; `{}` when there is none. Rejects with `usage`. */
export const readJson = async (
	request: IncomingMessage,
	maxBytes: number,
	signal: AbortSignal,
): Promise<unknown> => {
	const bytes = await readBytes(request, maxBytes, signal);
	if (bytes.length === 0) return {};
	try {
		return JSON.parse(bytes.toString('utf8'));
	} catch {
		throw new FleetError('usage', 'the body is not JSON');
	}
};
