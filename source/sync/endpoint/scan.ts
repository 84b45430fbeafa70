import {lstatSync, readdirSync, readlinkSync, statSync, type Dirent, type Stats} from 'node:fs';
import {
	blocked,
	folderSignature,
	isBlocked,
	isFolder,
	linkSignature,
	type Signature,
} from '../entry.ts';
import {joinPath, nameOf, nativePath, parentOf, type BytePath} from '../path.ts';
import type {EndpointContext} from './context.ts';
import {fingerprintOf, isRacy} from './fingerprint.ts';
import {staysInside} from './link-target.ts';
import {isExecutableMode, readStable} from './read-stable.ts';
import type {SeenChild, SeenFolder} from './store.ts';

export type ScanRequest = {
	/** Walk the whole tree; without it only `folders`, and what is new below them. */
	full: boolean;
	folders: readonly BytePath[];
	/** Right after a commit: what it wrote a moment ago was hashed, though the moment is still racy. */
	trustRacy?: boolean;
};

export type ScanProgress = (seen: {files: number; hashedBytes: number}) => void;

export type ScanResult = {
	sequence: number;
	/** Folders that changed under the scan: scan them again. */
	unsettled: BytePath[];
	/** Some of the files whose content is new. */
	fresh: Array<{path: BytePath; signature: Signature; size: number}>;
	files: number;
	hashedBytes: number;
};

type Walk = {
	context: EndpointContext;
	clock: () => number;
	sequence: number;
	changed: boolean;
	unsettled: Set<BytePath>;
	fresh: ScanResult['fresh'];
	files: number;
	hashedBytes: number;
	written: number;
	trustRacy: boolean;
	onProgress: ScanProgress | undefined;
};

type Visit = 'ok' | 'vanished' | 'unreadable';

const writesPerTransaction = 500;
const freshLimit = 64;

/**
 * Brings what the store knows of the tree up to date. What has the metadata that it had when it
 * was hashed is not read again; nothing outside the root is, and no link is followed unless the
 * rule says so.
 */
export const scan = (
	context: EndpointContext,
	clock: () => number,
	request: ScanRequest,
	onProgress?: ScanProgress,
): ScanResult => {
	const {store} = context;
	const walk: Walk = {
		context,
		clock,
		sequence: store.sequence() + 1,
		changed: false,
		unsettled: new Set(),
		fresh: [],
		files: 0,
		hashedBytes: 0,
		written: 0,
		trustRacy: request.trustRacy === true,
		onProgress,
	};
	store.begin();
	try {
		if (request.full) visit(walk, '', true, []);
		else for (const folder of nearestKnown(walk, request.folders)) visit(walk, folder, false, []);
		if (walk.changed) store.setSequence(walk.sequence);
		store.commit();
	} catch (error) {
		store.rollback();
		throw error;
	}

	return {
		sequence: store.sequence(),
		unsettled: [...walk.unsettled],
		fresh: walk.fresh,
		files: walk.files,
		hashedBytes: walk.hashedBytes,
	};
};

/** A folder that is new, gone or no folder any more is seen from the nearest one that is there. */
function nearestKnown({context}: Walk, folders: readonly BytePath[]): Set<BytePath> {
	const found = new Set<BytePath>();
	for (const folder of folders) {
		let at = folder;
		while (at !== '' && !(context.store.folder(at) !== undefined && isRealFolder(context, at))) {
			at = parentOf(at);
		}

		found.add(at);
	}

	return found;
}

function isRealFolder({root}: EndpointContext, folder: BytePath): boolean {
	for (let at = folder; at !== ''; at = parentOf(at)) {
		const stat = lstatSync(nativePath(joinPath(root, at)), {throwIfNoEntry: false});
		if (stat?.isDirectory() !== true) return false;
	}

	return true;
}

function visit(walk: Walk, folder: BytePath, deep: boolean, above: readonly string[]): Visit {
	const {context, sequence} = walk;
	const {store} = context;
	context.step('scan folder');
	const listed = list(walk, folder);
	if (typeof listed === 'string') {
		// The root was there when the scan began: without it nothing can be said of what it holds.
		if (folder === '') throw Object.assign(new Error('the root cannot be read'), {code: 'ENOENT'});
		return listed;
	}

	const before = store.folder(folder);
	const known = new Map<BytePath, SeenChild>();
	for (const child of before?.children ?? []) known.set(child[0], child);
	const left = new Map(
		before?.version === context.matcher.version
			? before.left.map(([name, isFolderName, isSecret]) => [
					`${name}${isFolderName ? '/' : ''}`,
					isSecret,
				])
			: [],
	);
	const trusted = before?.version === context.matcher.version;

	const seen: SeenFolder = {version: context.matcher.version, children: [], left: []};
	let restated = before === undefined || !trusted;
	let resigned = before === undefined;
	for (const dirent of listed) {
		const name = dirent.name;
		const path = joinPath(folder, name);
		const look = lookAt(walk, path, dirent);
		if (look === undefined) {
			walk.unsettled.add(folder);
			continue;
		}

		const was = known.get(name);
		const wasFolder = was !== undefined && isFolder(was[1]);
		if (!(trusted && was !== undefined && wasFolder === look.folder)) {
			const remembered = left.get(look.folder ? `${name}/` : name);
			const verdict =
				remembered === undefined
					? context.matcher.verdict(path, look.folder)
					: remembered === 1
						? 'secret'
						: 'exclude';
			if (verdict !== 'keep') {
				seen.left.push([name, look.folder ? 1 : 0, verdict === 'secret' ? 1 : 0]);
				restated ||= remembered === undefined;
				continue;
			}
		}

		const child = look.folder
			? visitChild(walk, path, look, was, deep, above)
			: seeFile(walk, path, look, was);
		if (child === undefined) {
			walk.unsettled.add(folder);
			continue;
		}

		seen.children.push(child);
		known.delete(name);
		if (child !== was) restated = true;
		if (child[1] !== was?.[1]) {
			resigned = true;
			if (wasFolder && !isFolder(child[1])) store.dropFolders(path, sequence);
		}
	}

	// What is still in `known` is not there any more.
	for (const [name, [, signature]] of known) {
		restated = resigned = true;
		if (isFolder(signature)) store.dropFolders(joinPath(folder, name), sequence);
	}

	if (restated || (before?.left.length ?? 0) !== seen.left.length) {
		store.putFolder(folder, resigned ? sequence : 0, seen);
		if (resigned) walk.changed = true;
		if (++walk.written % writesPerTransaction === 0) {
			store.commit();
			store.begin();
		}
	}

	return 'ok';
}

function list({context}: Walk, folder: BytePath): Array<Dirent<string>> | Visit {
	const path = nativePath(folder === '' ? context.root : joinPath(context.root, folder));
	try {
		// Bytes as they are: a name that is not UTF-8 comes back as it went.
		return readdirSync(path, {encoding: 'latin1', withFileTypes: true});
	} catch (error) {
		const code = (error as NodeJS.ErrnoException).code;
		if (code === 'EACCES' || code === 'EPERM' || code === 'EIO') return 'unreadable';
		if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP') return 'vanished';
		throw error;
	}
}

type Look = {folder: boolean; stat: Stats | undefined; link: boolean; dirent: Dirent<string>};

/** What the name is; undefined when it is gone by now. */
function lookAt({context}: Walk, path: BytePath, dirent: Dirent<string>): Look | undefined {
	const follows = context.settings.dereferenceSymlinks;
	if (dirent.isDirectory()) return {folder: true, stat: undefined, link: false, dirent};
	if (dirent.isSymbolicLink() && follows) {
		const stat = statSync(nativePath(joinPath(context.root, path)), {throwIfNoEntry: false});
		// A link to nowhere stays a link, which the checks below then refuse or keep.
		if (stat !== undefined) return {folder: stat.isDirectory(), stat, link: true, dirent};
	}

	const known = dirent.isFile() || dirent.isSymbolicLink();
	if (!known && (dirent.isSocket() || dirent.isFIFO() || isDevice(dirent))) {
		return {folder: false, stat: undefined, link: false, dirent};
	}

	const stat = lstatSync(nativePath(joinPath(context.root, path)), {throwIfNoEntry: false});
	return stat && {folder: stat.isDirectory(), stat, link: false, dirent};
}

const isDevice = (dirent: Dirent<string>): boolean =>
	dirent.isBlockDevice() || dirent.isCharacterDevice();

const plainChild = (name: BytePath, signature: Signature): SeenChild => [
	name,
	signature,
	0,
	0,
	0,
	0,
	0,
];

function visitChild(
	walk: Walk,
	path: BytePath,
	look: Look,
	was: SeenChild | undefined,
	deep: boolean,
	above: readonly string[],
): SeenChild | undefined {
	const name = nameOf(path);
	const kept = (signature: Signature) =>
		was?.[1] === signature ? was : plainChild(name, signature);
	const isNew = was?.[1] !== folderSignature || walk.context.store.folder(path) === undefined;
	if (!deep && !isNew) return was;
	let loops = above;
	if (look.link) {
		const identity = `${look.stat!.dev}:${look.stat!.ino}`;
		if (above.includes(identity) || isOwnAncestor(walk, path, identity))
			return kept(blocked('loop'));
		loops = [...above, identity];
	}

	const result = visit(walk, path, true, loops);
	if (result === 'vanished') return undefined;
	if (result === 'ok') return kept(folderSignature);
	walk.context.store.dropFolders(path, walk.sequence);
	return kept(blocked('unreadable'));
}

function isOwnAncestor({context}: Walk, path: BytePath, identity: string): boolean {
	for (let at = parentOf(path); ; at = parentOf(at)) {
		const stat = statSync(nativePath(at === '' ? context.root : joinPath(context.root, at)), {
			throwIfNoEntry: false,
		});
		if (stat !== undefined && `${stat.dev}:${stat.ino}` === identity) return true;
		if (at === '') return false;
	}
}

function seeFile(
	walk: Walk,
	path: BytePath,
	{stat, link}: Look,
	was: SeenChild | undefined,
): SeenChild | undefined {
	const name = nameOf(path);
	const plain = (signature: Signature): SeenChild =>
		was?.[1] === signature ? was : plainChild(name, signature);
	if (stat === undefined) return plain(blocked('special'));
	if (stat.isFile()) return seeContent(walk, path, stat, link, was);
	if (!stat.isSymbolicLink()) return plain(blocked('special'));
	try {
		const target = readlinkSync(nativePath(joinPath(walk.context.root, path)), {
			encoding: 'latin1',
		});
		return plain(staysInside(path, target) ? linkSignature(target) : blocked('link'));
	} catch {
		return undefined;
	}
}

function seeContent(
	walk: Walk,
	path: BytePath,
	stat: Stats,
	follow: boolean,
	was: SeenChild | undefined,
): SeenChild | undefined {
	const {context} = walk;
	if (++walk.files % 1000 === 0) {
		walk.onProgress?.({files: walk.files, hashedBytes: walk.hashedBytes});
	}

	if (
		was !== undefined &&
		(was[6] === 0 || walk.trustRacy) &&
		was[2] === stat.size &&
		was[3] === stat.mtimeMs &&
		was[4] === stat.ctimeMs &&
		was[5] === stat.ino &&
		(was[1][0] === 'x') === isExecutableMode(stat.mode) &&
		!isBlocked(was[1])
	) {
		return was;
	}

	context.step('hash file');
	const name = nameOf(path);
	try {
		const now = walk.clock();
		const read = readStable(nativePath(joinPath(context.root, path)), {follow});
		walk.hashedBytes += stat.size;
		if (read === undefined) {
			walk.unsettled.add(parentOf(path));
			return [name, blocked('changing'), stat.size, stat.mtimeMs, 0, stat.ino, 1];
		}

		const {inode, size, mtimeMs, ctimeMs} = fingerprintOf(read.stat);
		const racy = isRacy(read.fingerprint, now) ? 1 : 0;
		if (read.signature !== was?.[1] && walk.fresh.length < freshLimit) {
			walk.fresh.push({path, signature: read.signature, size});
		}

		return [name, read.signature, size, mtimeMs, ctimeMs, inode, racy];
	} catch (error) {
		const code = (error as NodeJS.ErrnoException).code;
		if (code === 'EACCES' || code === 'EPERM' || code === 'EIO') {
			return [name, blocked('unreadable'), stat.size, stat.mtimeMs, 0, stat.ino, 1];
		}

		if (code === 'ENOENT' || code === 'ELOOP' || code === 'ENOTDIR' || code === 'ENXIO') {
			return undefined;
		}

		throw error;
	}
}
