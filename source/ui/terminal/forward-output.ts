import type {Duplex} from 'node:stream';
import type {Interjection} from './interject.ts';
import {popTitle} from './title.ts';

export type OutputForwarding = {
	/** Resolves with null when the stream is over and nothing else said why. */
	readonly broken: Promise<null>;
	/** Resolves when the stream's last bytes were written, or do not come. */
	readonly written: Promise<void>;
	/** Undoes what only the stream's own end would have undone. */
	close(): void;
};

/** How much later the exit may come than the last bytes, and the other way round. */
const apartMs = 500;

/** A terminal that is entered keeps the title first thing, and gives it back last: `smcup`, `rmcup`. */
const beginningBytes = 4096;
const leavesTitle = (beginning: string): boolean =>
	beginning.lastIndexOf('\u001B[22;') > beginning.lastIndexOf('\u001B[23;');

/** Hands what comes from the host to `write`, no faster than the terminal takes it. */
export const forwardOutput = (
	stream: Duplex,
	stdout: NodeJS.WriteStream,
	{write, interjection}: {write(bytes: Buffer): boolean; interjection?: Interjection | undefined},
): OutputForwarding => {
	const broken = Promise.withResolvers<null>();
	const written = Promise.withResolvers<void>();
	let timer: NodeJS.Timeout | undefined;
	let beginning = '';
	const onData = (bytes: Buffer) => {
		if (beginning.length < beginningBytes) beginning += bytes.toString('latin1');
		if (!write(bytes)) stream.pause();
		interjection?.passed(bytes);
	};

	const onDrain = () => {
		stream.resume();
	};

	const onEnd = () => {
		written.resolve();
		timer ??= setTimeout(() => broken.resolve(null), apartMs);
	};

	stream.on('data', onData);
	stream.on('end', onEnd);
	stream.on('close', onEnd);
	// Kept to the last: an error that comes late must not end the program.
	stream.on('error', onEnd);
	stdout.on('drain', onDrain);
	return {
		broken: broken.promise,
		get written() {
			timer ??= setTimeout(() => {
				written.resolve();
				broken.resolve(null);
			}, apartMs);
			return written.promise;
		},
		close() {
			clearTimeout(timer);
			stream.off('data', onData);
			stream.off('end', onEnd);
			stream.off('close', onEnd);
			stdout.off('drain', onDrain);
			interjection?.cut();
			if (leavesTitle(beginning)) stdout.write(popTitle);
		},
	};
};
