/** Bytes that are kept of what a program prints: a host that prints without end fills no memory. */
const mostBytes = 1024 * 1024;

/** What a stream says until it ends; `onOutput` hears it meanwhile, past the limit too. */
export const collectOutput = (
	stream: NodeJS.ReadableStream,
	onOutput: (text: string) => void = () => {},
): Promise<string> => {
	const chunks: Buffer[] = [];
	let size = 0;
	return new Promise(resolve => {
		const finish = () => resolve(Buffer.concat(chunks).toString('utf8'));
		stream.on('data', (chunk: Buffer | string) => {
			const bytes = Buffer.from(chunk as Buffer);
			if (size < mostBytes) chunks.push(bytes.subarray(0, mostBytes - size));
			size += bytes.length;
			onOutput(bytes.toString('utf8'));
		});
		stream.once('end', finish).once('close', finish).once('error', finish);
	});
};
