import {parentOf, shownPath, type BytePath} from '../path.ts';

/** Every folder above the given paths that `has` knows. */
export const foldersAbove = (
	paths: Iterable<BytePath>,
	has: (path: BytePath) => boolean,
): Set<BytePath> => {
	const found = new Set<BytePath>();
	const walked = new Set<BytePath>();
	for (const path of paths) {
		for (let above = parentOf(path); above !== '' && !walked.has(above); above = parentOf(above)) {
			walked.add(above);
			if (has(above)) found.add(above);
		}
	}

	return found;
};

/** True when one of `folders` is above the path, or is the path. */
export const isWithin = (
	path: BytePath,
	folders: Pick<ReadonlySet<BytePath>, 'has' | 'size'>,
): boolean => {
	if (folders.size === 0) return false;
	for (let at = path; at !== ''; at = parentOf(at)) {
		if (folders.has(at)) return true;
	}

	return false;
};

/** Two names are one to a file system that folds when these are equal. */
export const foldedName = (path: BytePath): string =>
	shownPath(path).normalize('NFC').toLowerCase();

/** Each path that is not alone under its folded name, and another one of that name. */
export const collisions = (paths: Iterable<BytePath>): Map<BytePath, BytePath> => {
	const first = new Map<string, BytePath>();
	const found = new Map<BytePath, BytePath>();
	for (const path of paths) {
		const key = foldedName(path);
		const other = first.get(key);
		if (other === undefined) first.set(key, path);
		else if (other !== path) {
			found.set(path, other);
			if (!found.has(other)) found.set(other, path);
		}
	}

	return found;
};
