import type {BytePath} from '../path.ts';
import type {SeenFolder} from './store.ts';

// About 25 MB; a larger tree keeps the rest on disk alone.
const mostEntries = 100_000;

/** Folders as they were last read from disk or written to it: a look at a tree asks for every one of them. */
export const createSeenCache = () => {
	const folders = new Map<BytePath, SeenFolder>();
	let entries = 0;
	const drop = (path: BytePath): void => {
		entries -= folders.get(path)?.children.length ?? 0;
		folders.delete(path);
	};

	return {
		get: (path: BytePath): SeenFolder | undefined => folders.get(path),
		put(path: BytePath, seen: SeenFolder): void {
			drop(path);
			if (entries + seen.children.length > mostEntries) return;
			folders.set(path, seen);
			entries += seen.children.length;
		},
		/** The folder and all below it. */
		dropTree(path: BytePath): void {
			for (const known of [...folders.keys()]) {
				if (known === path || known.startsWith(`${path}/`)) drop(known);
			}
		},
		clear(): void {
			folders.clear();
			entries = 0;
		},
	};
};
