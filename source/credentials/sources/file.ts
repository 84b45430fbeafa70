import {open} from 'node:fs/promises';
import {FleetError} from '../../errors.ts';
import type {CredentialSource} from '../source.ts';

const maxBytes = 128 * 1024;

/** A file of the laptop (a pipe from the shell, too), whole, without its last line break. */
export const file: CredentialSource<{path: string}> = async ({path}, {signal}) => {
	try {
		await using handle = await open(path, 'r');
		const chunks: Buffer[] = [];
		let size = 0;
		for await (const chunk of handle.createReadStream({
			signal,
			end: maxBytes,
		}) as AsyncIterable<Buffer>) {
			chunks.push(chunk);
			size += chunk.length;
		}

		if (size > maxBytes) throw new FleetError('failed', `${path} is larger than 128 KiB`);
		return Buffer.concat(chunks).toString('utf8');
	} catch (error) {
		if (error instanceof FleetError) throw error;
		const {code = 'unreadable'} = error as NodeJS.ErrnoException;
		const why = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`;
		throw new FleetError('failed', `${path} ${why}`);
	}
};
