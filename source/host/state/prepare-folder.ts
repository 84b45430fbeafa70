import {
	chmodSync,
	existsSync,
	lstatSync,
	mkdirSync,
	readdirSync,
	statSync,
	type Stats,
} from 'node:fs';
import path from 'node:path';
import {FleetError} from '../../errors.ts';
import {hostSocket, longestSocketPath} from '../../config/paths.ts';

const hint = 'set FLEET_STATE_DIR to a short path on a local disk that only you can enter';

/**
 * Makes the state folder and its `run/`, both 0700. A folder of ours that others may only read is
 * closed; one that others own or may write is refused with `state-dir-unusable`, because what lies
 * in it may be theirs.
 */
export const prepareFolder = (state: string): void => {
	const socket = hostSocket(state);
	if (Buffer.byteLength(socket) > longestSocketPath) {
		throw unusable(`the socket's path is longer than ${longestSocketPath} bytes: ${socket}`);
	}

	makeFolders(state);
	close(state, statSync(state), () => isOurs(state));
	const run = path.dirname(socket);
	makeFolders(run);
	close(run, lstatSync(run), () => true);
};

// Not mkdir's own `recursive`: Node never comes back from it on a file system like /proc.
const makeFolders = (folder: string): void => {
	if (existsSync(folder)) return;
	makeFolders(path.dirname(folder));
	try {
		mkdirSync(folder, {mode: 0o700});
	} catch (error) {
		const {code} = error as NodeJS.ErrnoException;
		if (code === 'EEXIST') return;
		if (code === 'ENOSPC') throw new FleetError('disk-full', `no space left to make ${folder}`);
		throw unusable(`cannot make ${folder}: ${(error as Error).message}`, error);
	}
};

const close = (folder: string, stat: Stats, mayClose: () => boolean): void => {
	const {mode, uid} = stat;
	if (!stat.isDirectory()) throw unusable(`${folder} is not a folder`);
	const user = process.getuid?.();
	if (user !== undefined && uid !== user) {
		throw unusable(`${folder} belongs to user ${uid}, not to you (${user})`);
	}

	if (mode & 0o022) throw unusable(`others may write to ${folder}; close it: chmod 700 ${folder}`);
	if ((mode & 0o777) === 0o700) return;
	if (!mayClose()) throw unusable(`others may read ${folder}; close it: chmod 700 ${folder}`);
	chmodSync(folder, 0o700);
};

// Never closes a folder that is something else too (a home, say).
const isOurs = (state: string): boolean =>
	path.basename(state) === 'fleet-console' ||
	existsSync(path.join(state, 'identity')) ||
	readdirSync(state).length === 0;

export const unusable = (message: string, cause?: unknown): FleetError =>
	new FleetError('state-dir-unusable', message, {hint, cause});
