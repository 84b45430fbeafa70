import {realpathSync} from 'node:fs';
import process from 'node:process';

/** How this very program is started again: its runtime and its entry file. */
export const ownProgram = (): string[] => {
	const entry = process.argv[1];
	return entry === undefined ? [process.execPath] : [process.execPath, realpathSync(entry)];
};
