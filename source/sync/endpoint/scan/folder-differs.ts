import {isFolder} from '../../entry.ts';
import {joinPath, type BytePath} from '../../path.ts';
import type {EndpointContext} from '../context.ts';
import {listFolder, lookAt} from './list-folder.ts';
import {seeFile} from './see-file.ts';
import type {Walk} from './walk.ts';

/**
 * True where a folder's own entries may not be as they are known. Writes nothing, so that a scan
 * still finds what it found: it tells a change from the echo of what sync itself wrote.
 */
export const folderDiffers = (
	context: EndpointContext,
	clock: () => number,
	folder: BytePath,
): boolean => {
	const {store, matcher} = context;
	const known = store.folder(folder);
	const listed = listFolder(context, folder);
	if (known?.version !== matcher.version || typeof listed === 'string') return true;
	const children = new Map(known.children.map(child => [child[0], child]));
	const left = new Set(known.left.map(([name, isLeftFolder]) => `${name}/${isLeftFolder}`));
	const walk = throwaway(context, clock);
	return (
		listed.some(dirent => {
			const path = joinPath(folder, dirent.name);
			const look = lookAt(context, path, dirent, {isNew: false});
			const was = children.get(dirent.name);
			if (look === undefined) return true;
			if (was === undefined) return !left.has(`${dirent.name}/${look.folder ? 1 : 0}`);
			children.delete(dirent.name);
			if (look.folder) return !isFolder(was[1]) || store.folder(path) === undefined;
			return seeFile(walk, path, look, was)?.[1] !== was[1];
		}) || children.size > 0
	);
};

const throwaway = (context: EndpointContext, clock: () => number): Walk => ({
	context,
	clock,
	sequence: 0,
	changed: false,
	unsettled: new Set(),
	postponed: new Set(),
	room: Number.POSITIVE_INFINITY,
	fresh: [],
	files: 0,
	hashedBytes: 0,
	written: 0,
	trustRacy: false,
	keep: undefined,
	onProgress: undefined,
});
