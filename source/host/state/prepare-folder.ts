import {chmodSync, existsSync, lstatSync, readdirSync, statSync, type Stats} from 'node:fs';
import path from 'node:path';
import {hostSocket, longestSocketPath} from '../../config/paths.ts';
import {makePrivateFolder, unusable} from '../../config/private-folder.ts';

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

	makePrivateFolder(state);
	close(state, statSync(state), () => isOurs(state));
	const run = path.dirname(socket);
	makePrivateFolder(run);
	close(run, lstatSync(run), () => true);
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
