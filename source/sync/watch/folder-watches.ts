import {readdirSync, rmSync, watch, writeFileSync, type FSWatcher} from 'node:fs';
import {lstatOf} from '../endpoint/scan/stat-of.ts';
import {workFolder, type Matcher} from '../matcher.ts';
import {joinPath, nameOf, nativePath, parentOf, type BytePath} from '../path.ts';
import {networkFileSystem} from './network-file-system.ts';
import type {WatchMode} from './watch-root.ts';

export type FolderWatches = {
	/** Watches every folder of the root. Resolves once it is known whether events come. */
	open(): Promise<WatchMode>;
	close(): void;
};

export type FolderWatchesOptions = {
	root: BytePath;
	matcher: Matcher;
	/** Something happened in that folder. */
	onFolder: (folder: BytePath) => void;
	/** Something may have been missed. */
	onGap: () => void;
	/** It is no use any more: the root is another folder or none, or not all of it can be watched. */
	onEnd: () => void;
};

type Watched = {
	watcher: FSWatcher;
	inode: number | undefined;
	/** What is watched right below; most folders have none. */
	below: Set<BytePath> | undefined;
};

// Long enough for a machine that is busy: whoever is told that there are no events polls from then on.
const probeTimeoutMs = 5000;

/**
 * One watch per folder: the system tells of a folder's own entries, so a new folder is read when
 * it appears, and all that is in it reported, for it may have been filled before its watch was.
 */
export const createFolderWatches = (options: FolderWatchesOptions): FolderWatches => {
	const {root, matcher, onFolder, onGap, onEnd} = options;
	const watches = new Map<BytePath, Watched>();
	let limit: string | undefined;
	let isOpen = false;

	const absolute = (folder: BytePath) => nativePath(folder === '' ? root : joinPath(root, folder));

	/** The folder and all below it. */
	const drop = (folder: BytePath) => {
		const was = watches.get(folder);
		if (was === undefined) return;
		for (const each of was.below ?? []) drop(each);
		was.watcher.close();
		watches.delete(folder);
		watches.get(parentOf(folder))?.below?.delete(folder);
	};

	const subfolders = (folder: BytePath): BytePath[] => {
		try {
			return readdirSync(absolute(folder), {encoding: 'latin1', withFileTypes: true})
				.filter(entry => entry.isDirectory())
				.map(entry => joinPath(folder, entry.name))
				.filter(path => matcher.verdict(path, true) === 'keep');
		} catch {
			return [];
		}
	};

	const onEvent = (folder: BytePath, type: string, bytes: Buffer | null) => {
		if (bytes === null) {
			onGap();
			return;
		}

		const name = bytes.toString('latin1');
		if (type === 'rename' && name === nameOf(folder === '' ? root : folder)) renew(folder);
		const path = joinPath(folder, name);
		if (path === workFolder) return;
		const stat = lstatOf(absolute(path));
		if (stat?.isDirectory()) {
			if (matcher.verdict(path, true) !== 'keep') return;
			// Another folder may stand under the name of one that was watched.
			if (watches.has(path) && stat.ino !== watches.get(path)!.inode) drop(path);
			if (!watches.has(path)) add(path);
		} else if (stat === undefined && watches.has(path)) drop(path);
		onFolder(folder);
	};

	/**
	 * That a folder itself was removed or moved comes under its own name, as what has this name in it
	 * does. One that was made anew at once has the inode of the old one, as like as not, but no watch.
	 */
	const renew = (folder: BytePath) => {
		const stat = lstatOf(absolute(folder));
		const isThere = stat?.isDirectory() === true;
		const isSame = isThere && stat.ino === watches.get(folder)?.inode;
		if (folder === '' && !isSame) {
			onEnd();
			return;
		}

		if (!isSame) {
			drop(folder);
			if (isThere) add(folder);
			return;
		}

		const was = watches.get(folder)!;
		was.watcher.close();
		const watcher = start(folder);
		if (watcher === undefined) {
			drop(folder);
			return;
		}

		was.watcher = watcher;
		for (const each of subfolders(folder)) add(each);
	};

	const start = (folder: BytePath): FSWatcher | undefined => {
		try {
			const options = {encoding: 'buffer', persistent: true} as const;
			const watcher = watch(absolute(folder), options, (type, name) => onEvent(folder, type, name));
			watcher.on('error', () => {
				drop(folder);
				onGap();
			});
			return watcher;
		} catch (error) {
			const code = (error as NodeJS.ErrnoException).code;
			if (code === 'ENOSPC' || code === 'EMFILE') {
				limit = 'the system’s limit of file watches is reached (fs.inotify.max_user_watches)';
				if (isOpen) onEnd();
			}

			return undefined;
		}
	};

	/** Watches the folder and all below it, where it does not yet; each is told of, for it may have changed. */
	const add = (first: BytePath, {isNews = true}: {isNews?: boolean} = {}): void => {
		const queue = [first];
		for (let folder = queue.pop(); folder !== undefined; folder = queue.pop()) {
			if (limit !== undefined || watches.has(folder)) continue;
			const watcher = start(folder);
			if (watcher === undefined) continue;
			watches.set(folder, {watcher, inode: lstatOf(absolute(folder))?.ino, below: undefined});
			const parent = folder === '' ? undefined : watches.get(parentOf(folder));
			if (parent !== undefined) (parent.below ??= new Set()).add(folder);
			// Read after the watch is there: what comes in between is seen by the one or the other.
			queue.push(...subfolders(folder));
			if (isNews) onFolder(folder);
		}
	};

	/** Some file systems take watches and tell nothing. */
	const probe = async (): Promise<boolean> => {
		const folder = `${root}/${workFolder}`;
		const file = `${folder}/watch-probe`;
		const {promise, resolve} = Promise.withResolvers<boolean>();
		const timer = setTimeout(() => resolve(false), probeTimeoutMs);
		let watcher: FSWatcher | undefined;
		try {
			watcher = watch(nativePath(folder), () => resolve(true));
			watcher.on('error', () => resolve(false));
			writeFileSync(nativePath(file), '');
			return await promise;
		} catch {
			return false;
		} finally {
			clearTimeout(timer);
			watcher?.close();
			rmSync(nativePath(file), {force: true});
		}
	};

	return {
		async open() {
			add('', {isNews: false});
			if (limit !== undefined) return {mode: 'poll', reason: limit};
			const network = networkFileSystem(root);
			if (network !== undefined) {
				return {mode: 'poll', reason: `a network file system (${network}) tells of few changes`};
			}

			isOpen = await probe();
			return isOpen
				? {mode: 'events'}
				: {mode: 'poll', reason: 'this file system tells nothing of changes'};
		},
		close() {
			for (const {watcher} of watches.values()) watcher.close();
			watches.clear();
		},
	};
};
