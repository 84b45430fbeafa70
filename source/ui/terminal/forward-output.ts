import type {Duplex} from 'node:stream';

export type OutputForwarding = {
	/** Resolves with null when the stream ended or broke. */
	readonly broken: Promise<null>;
	close(): void;
};

/** How long the last bytes may come after the stream's end was announced by other means. */
const lastBytesMs = 500;

/** Writes what comes from the host to the terminal, no faster than the terminal takes it. */
export const forwardOutput = (stream: Duplex, stdout: NodeJS.WriteStream): OutputForwarding => {
	const broken = Promise.withResolvers<null>();
	let lastBytesTimer: NodeJS.Timeout | undefined;
	const onData = (bytes: Uint8Array) => {
		if (!stdout.write(bytes)) stream.pause();
	};

	const onDrain = () => {
		stream.resume();
	};

	// The exit status comes beside the bytes: the end of the bytes alone does not yet say why.
	const onEnd = () => {
		lastBytesTimer ??= setTimeout(() => broken.resolve(null), lastBytesMs);
	};

	stream.on('data', onData);
	stream.on('end', onEnd);
	stream.on('close', onEnd);
	stream.on('error', onEnd);
	stdout.on('drain', onDrain);
	return {
		broken: broken.promise,
		close() {
			clearTimeout(lastBytesTimer);
			stream.off('data', onData);
			stream.off('end', onEnd);
			stream.off('close', onEnd);
			// An error that comes late has nobody else to hear it, and must not end the program.
			stdout.off('drain', onDrain);
		},
	};
};
