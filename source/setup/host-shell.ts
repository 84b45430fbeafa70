import {FleetError} from '../errors.ts';
import {plainText} from '../protocol/text.ts';
import {collectOutput} from '../transport/host/collect-output.ts';
import type {Transport} from '../transport/transport.ts';

export type ShellEnd = {code: number | null; stdout: string; stderr: string};

/**
 * Runs a command line on the host, writes `input` to its stdin, and yields how it ended. `onOutput`
 * hears what it prints meanwhile. Rejects with `not-supported` where the transport starts no programs.
 */
export const runOnHost = async (
	transport: Pick<Transport, 'exec'>,
	command: string,
	{
		input,
		signal,
		onOutput = () => {},
		onSent = () => {},
	}: {
		input: Buffer | string;
		signal: AbortSignal;
		onOutput?: (text: string) => void;
		/** Bytes that were handed to the link so far. */
		onSent?: (bytes: number) => void;
	},
): Promise<ShellEnd> => {
	if (transport.exec === undefined) {
		throw new FleetError('not-supported', 'nothing can be started on this host from here');
	}

	const {stream, stderr, exited} = await transport.exec(command, signal);
	const out = collectOutput(stream, onOutput);
	const err = collectOutput(stderr, onOutput);
	// A program that ends before it has read everything says why in its output.
	stream.on('error', () => {});
	const abort = () => stream.destroy();
	signal.addEventListener('abort', abort, {once: true});
	try {
		await send(stream, Buffer.from(input), onSent);
		const {code} = await exited;
		signal.throwIfAborted();
		return {code, stdout: await out, stderr: await err};
	} finally {
		signal.removeEventListener('abort', abort);
		stream.destroy();
	}
};

/** A script for any POSIX shell, whichever the login shell is. */
export const runScript = (
	transport: Pick<Transport, 'exec'>,
	script: string,
	options: {signal: AbortSignal; onOutput?: (text: string) => void},
): Promise<ShellEnd> => runOnHost(transport, 'sh -s', {...options, input: script});

/** What a script said last, for a sentence about why it failed. */
export const lastWords = ({stdout, stderr}: ShellEnd): string =>
	plainText((stderr.trim() || stdout.trim()).split('\n').at(-1) ?? '', 300);

const chunkBytes = 256 * 1024;

const send = async (
	stream: NodeJS.WritableStream,
	data: Buffer,
	onSent: (bytes: number) => void,
): Promise<void> => {
	for (let at = 0; at < data.length; at += chunkBytes) {
		if (!stream.writable) return;
		const isReady = stream.write(data.subarray(at, at + chunkBytes));
		onSent(Math.min(at + chunkBytes, data.length));
		if (isReady) continue;
		await new Promise<void>(resolve => {
			const go = () => {
				stream.off('drain', go).off('close', go);
				resolve();
			};
			stream.on('drain', go).on('close', go);
		});
	}

	stream.end();
};
