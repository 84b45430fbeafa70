import {closeSync, constants, existsSync, lstatSync, mkdirSync, openSync} from 'node:fs';
import {joinPath, nameOf, nativePath, parentOf, type BytePath} from '../path.ts';

/**
 * Ways to the folders of a root that no symbolic link can bend: each folder is opened from the
 * one above it and refused when it is a link, and names in it are reached through what was
 * opened, wherever its own name points by then. Where the system has no /proc/self/fd, the
 * folders are looked at just before.
 */
export type Folders = {
	/** A path that fs calls take for the entry. Throws ENOENT, ENOTDIR or ELOOP for what stands above it. */
	reach(path: BytePath): string | Buffer;
	/** The same, after making the folders that are missing above it. */
	reachMaking(path: BytePath): string | Buffer;
	/** What is at the path was renamed, removed or made. */
	forget(path: BytePath): void;
	/** Closes what was opened where that is much: paths that were reached before lead nowhere any more. */
	trim(): void;
	close(): void;
};

const flags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
const openLimit = 200;

export const openFolders = (root: BytePath): Folders => {
	const throughHandles = existsSync('/proc/self/fd/0') || existsSync('/proc/self/fd');
	const handles = new Map<BytePath, number>();

	const close = () => {
		for (const handle of handles.values()) closeSync(handle);
		handles.clear();
	};

	const open = (folder: BytePath): number => {
		const known = handles.get(folder);
		if (known !== undefined) return known;
		const handle =
			folder === ''
				? openSync(nativePath(root), flags & ~constants.O_NOFOLLOW)
				: openSync(nativePath(`/proc/self/fd/${open(parentOf(folder))}/${nameOf(folder)}`), flags);
		handles.set(folder, handle);
		return handle;
	};

	const check = (folder: BytePath): void => {
		if (folder === '') return;
		check(parentOf(folder));
		if (!lstatSync(nativePath(joinPath(root, folder))).isDirectory()) {
			throw Object.assign(new Error('ENOTDIR: a folder is none'), {code: 'ENOTDIR'});
		}
	};

	const reach = (path: BytePath): string | Buffer => {
		const folder = parentOf(path);
		if (!throughHandles) {
			check(folder);
			return nativePath(joinPath(root, path));
		}

		return nativePath(`/proc/self/fd/${open(folder)}/${nameOf(path)}`);
	};

	return {
		reach,
		reachMaking(path) {
			const folder = parentOf(path);
			try {
				return reach(path);
			} catch (error) {
				if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || folder === '') throw error;
			}

			const missing = this.reachMaking(folder);
			try {
				mkdirSync(missing);
			} catch (error) {
				if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
			}

			return reach(path);
		},
		forget(path) {
			for (const [folder, handle] of handles) {
				if (folder === path || folder.startsWith(`${path}/`)) {
					closeSync(handle);
					handles.delete(folder);
				}
			}
		},
		trim() {
			if (handles.size > openLimit) close();
		},
		close,
	};
};
