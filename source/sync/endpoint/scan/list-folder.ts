import {readdirSync, realpathSync, type Dirent, type Stats} from 'node:fs';
import {joinPath, nativePath, type BytePath} from '../../path.ts';
import type {EndpointContext} from '../context.ts';
import {lstatOf, statOf} from './stat-of.ts';

/** How it went with a folder. */
export type Visit = 'ok' | 'vanished' | 'unreadable' | 'away';

/** A folder's entries as the system lists them, or why there are none. */
export const listFolder = (
	{root}: EndpointContext,
	folder: BytePath,
): Array<Dirent<string>> | Visit => {
	const path = nativePath(folder === '' ? root : joinPath(root, folder));
	try {
		// Bytes as they are: a name that is not UTF-8 comes back as it went.
		return readdirSync(path, {encoding: 'latin1', withFileTypes: true});
	} catch (error) {
		const code = (error as NodeJS.ErrnoException).code;
		if (code === 'EACCES' || code === 'EPERM' || code === 'EIO') return 'unreadable';
		if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP') return 'vanished';
		throw error;
	}
};

/**
 * `stat` is undefined for folders, and for what is neither file nor link; `unread` for a file that is
 * opened anyway. `link`: what a link led to that was followed.
 */
export type Look = {
	folder: boolean;
	stat: Stats | 'unread' | undefined;
	link: Stats | undefined;
	/** Where it really is, absolute, when a link led to it or to a folder above it. */
	real?: BytePath;
};

/** What the name is; undefined when it is gone by now. */
export const lookAt = (
	context: EndpointContext,
	path: BytePath,
	dirent: Dirent<string>,
	{realFolder, isNew}: {realFolder?: BytePath | undefined; isNew: boolean},
): Look | undefined => {
	const follows = context.settings.dereferenceSymlinks;
	const below = realFolder === undefined ? {} : {real: joinPath(realFolder, dirent.name)};
	if (dirent.isDirectory()) return {folder: true, stat: undefined, link: undefined, ...below};
	if (dirent.isSymbolicLink() && follows) {
		const stat = statOf(nativePath(joinPath(context.root, path)));
		// A link to nowhere stays a link, which the checks below then refuse or keep.
		const real = stat && realPathOf(context, path);
		if (real !== undefined) return {folder: stat!.isDirectory(), stat, link: stat, real};
	}

	if (dirent.isSocket() || dirent.isFIFO() || isDevice(dirent)) {
		return {folder: false, stat: undefined, link: undefined, ...below};
	}

	if (isNew && dirent.isFile()) return {folder: false, stat: 'unread', link: undefined, ...below};
	const stat = lstatOf(nativePath(joinPath(context.root, path)));
	return stat && {folder: stat.isDirectory(), stat, link: undefined, ...below};
};

function realPathOf({root}: EndpointContext, path: BytePath): BytePath | undefined {
	try {
		return realpathSync(nativePath(joinPath(root, path)), {encoding: 'latin1'});
	} catch {
		// Gone meanwhile.
		return undefined;
	}
}

const isDevice = (dirent: Dirent<string>): boolean =>
	dirent.isBlockDevice() || dirent.isCharacterDevice();
