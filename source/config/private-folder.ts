import {existsSync, mkdirSync} from 'node:fs';
import path from 'node:path';
import {FleetError} from '../errors.ts';

const hint = 'set FLEET_STATE_DIR to a short path on a local disk that only you can enter';

/** Why what is to be kept cannot be kept there. */
export const unusable = (message: string, cause?: unknown): FleetError =>
	new FleetError('state-dir-unusable', message, {hint, cause});

/** Makes a folder and those above it, for this user alone; what is there stays as it is. Throws what mkdir throws. */
export const makeFolders = (folder: string): void => {
	// Not mkdir's own `recursive`: Node never comes back from it on a file system like /proc.
	if (existsSync(folder)) return;
	makeFolders(path.dirname(folder));
	try {
		mkdirSync(folder, {mode: 0o700});
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
	}
};

/** The same for a folder of the state. Throws `state-dir-unusable`, or `disk-full`. */
export const makePrivateFolder = (folder: string): void => {
	try {
		makeFolders(folder);
	} catch (error) {
		const {code} = error as NodeJS.ErrnoException;
		if (code === 'ENOSPC') throw new FleetError('disk-full', `no space left to make ${folder}`);
		throw unusable(`cannot make ${folder}: ${(error as Error).message}`, error);
	}
};
