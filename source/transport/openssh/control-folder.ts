import {rmSync} from 'node:fs';
import {mkdtemp} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

// A socket's path holds 103 bytes where it holds least, and ssh adds 17 while it makes one.
const mostBytes = 60;

export type ControlFolder = {
	readonly path: string;
	/** The socket over which our ssh processes talk to the one that is logged in. */
	readonly control: string;
	remove(): void;
};

/** A folder of our own, readable by nobody else, with a path short enough for sockets. */
export const makeControlFolder = async (): Promise<ControlFolder> => {
	const bases = [process.env['XDG_RUNTIME_DIR'] ?? '', os.tmpdir(), '/tmp'];
	const fitting = bases.filter(base => path.isAbsolute(base) && base.length <= mostBytes);
	let failure: unknown;
	for (const base of fitting) {
		try {
			return folderAt(await mkdtemp(path.join(base, 'fleet-')));
		} catch (error) {
			failure = error;
		}
	}

	throw failure;
};

const folderAt = (folder: string): ControlFolder => {
	const remove = () => {
		process.off('exit', remove);
		rmSync(folder, {recursive: true, force: true});
	};

	process.once('exit', remove);
	return {path: folder, control: path.join(folder, 'c'), remove};
};
