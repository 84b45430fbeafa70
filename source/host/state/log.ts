import {closeSync, openSync, fstatSync, renameSync, writeSync} from 'node:fs';
import path from 'node:path';
import {plainText} from '../../protocol/text.ts';

export type Log = {
	readonly file: string;
	write(line: string): void;
	close(): void;
};

export const logFile = (state: string): string => path.join(state, 'host.log');

/**
 * The daemon's log: one line of harmless text for each thing that happened. At `maxBytes` the
 * file becomes `host.log.1`, in the place of the one before. What cannot be written is let go.
 */
export const openLog = (
	file: string,
	{maxBytes = 1024 * 1024, echo}: {maxBytes?: number; echo?: (line: string) => void} = {},
): Log => {
	let descriptor: number | undefined;
	let size = 0;
	const open = () => {
		descriptor = openSync(file, 'a', 0o600);
		size = fstatSync(descriptor).size;
	};
	const close = () => {
		if (descriptor !== undefined) closeSync(descriptor);
		descriptor = undefined;
	};

	return {
		file,
		write(text) {
			const line = `${new Date().toISOString()} ${plainText(text, 2000)}`;
			echo?.(line);
			try {
				if (descriptor === undefined) open();
				if (size > maxBytes) {
					close();
					renameSync(file, `${file}.1`);
					open();
				}

				size += writeSync(descriptor!, `${line}\n`);
			} catch {
				// A log that cannot be written must not end what it tells of.
			}
		},
		close,
	};
};
