import {
	closeSync,
	constants,
	lstatSync,
	mkdirSync,
	openSync,
	readSync,
	rmSync,
	writeSync,
} from 'node:fs';
import {FleetError} from '../../errors.ts';
import {isPlainPath, joinPath, nativePath, parentOf, type BytePath} from '../path.ts';
import type {EndpointContext} from './context.ts';
import {followed} from './followed.ts';
import {openFolders} from './folders.ts';
import type {WorkArea} from './work-area.ts';

const largestPart = 4 * 1024 * 1024;

/** A stretch of a file that the rule syncs; empty where there is nothing to read any more. */
export const readPart = (
	context: EndpointContext,
	{path, offset, length}: {path: BytePath; offset: number; length: number},
): Uint8Array => {
	if (!isPlainPath(path) || context.matcher.verdictFromRoot(path, false) !== 'keep') {
		throw new FleetError('denied', 'the rule does not sync this path');
	}

	const follow = context.settings.dereferenceSymlinks;
	const folders = openFolders(context.root);
	try {
		context.step('read part');
		const file = follow ? followed(context, path) : folders.reach(path);
		const noFollow = follow ? 0 : constants.O_NOFOLLOW;
		const handle = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK | noFollow);
		try {
			const bytes = Buffer.allocUnsafe(Math.min(length, largestPart));
			return bytes.subarray(0, readSync(handle, bytes, 0, bytes.length, offset));
		} finally {
			closeSync(handle);
		}
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === undefined) throw error;
		return new Uint8Array();
	} finally {
		folders.close();
	}
};

/** Writes a stretch of a file that is on its way in, beside the tree. */
export const stagePart = (
	context: EndpointContext,
	area: WorkArea,
	{path, offset, bytes}: {path: BytePath; offset: number; bytes: Uint8Array},
): void => {
	if (!isPlainPath(path)) throw new FleetError('denied', 'this is no path inside the root');
	context.step('stage part');
	const file = joinPath(area.filled, path);
	if (offset === 0) clearWay(area.filled, path);
	mkdirSync(nativePath(parentOf(file)), {recursive: true, mode: 0o700});
	const create = offset === 0 ? constants.O_TRUNC : 0;
	const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_NOFOLLOW | create;
	const handle = openSync(nativePath(file), flags, 0o600);
	try {
		for (let at = 0; at < bytes.length;)
			at += writeSync(handle, bytes, at, bytes.length - at, offset + at);
	} finally {
		closeSync(handle);
	}
};

/** A transfer that a crash cut off may have left a file where a folder is needed now, or the other way. */
const clearWay = (filled: BytePath, path: BytePath): void => {
	const names = path.split('/');
	for (let depth = 1; depth <= names.length; depth++) {
		const native = nativePath(joinPath(filled, names.slice(0, depth).join('/')));
		const stat = lstatSync(native, {throwIfNoEntry: false});
		if (!stat) return;
		const isFolderNeeded = depth < names.length;
		if (stat.isDirectory() !== isFolderNeeded) {
			rmSync(native, {recursive: true, force: true});
			return;
		}
	}
};
