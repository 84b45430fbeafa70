import {
	chmodSync,
	closeSync,
	copyFileSync,
	fdatasyncSync,
	fstatSync,
	futimesSync,
	lstatSync,
	mkdirSync,
	openSync,
	renameSync,
	symlinkSync,
	unlinkSync,
	utimesSync,
	writeSync,
} from 'node:fs';
import {contentOf, isExecutable, isLink} from '../entry.ts';
import {joinPath, nameOf, nativePath, type BytePath} from '../path.ts';
import {filesOf} from '../plan/fill.ts';
import type {Put} from '../plan/operation.ts';
import type {EndpointContext} from './context.ts';
import type {Commit} from './endpoint.ts';
import {fingerprintOf, type Fingerprint} from './fingerprint.ts';
import {unpackContents} from './pack.ts';
import {hashOf, readStable} from './read-stable.ts';
import type {WorkArea} from './work-area.ts';

// A handful of files is worth a flush each, so that a power cut leaves no empty ones in place.
const flushedFiles = 8;

/** A file or link that waits beside the tree, and the metadata that it has there. */
export type Staged = {file: BytePath; seen: Fingerprint};

export type Stager = {
	/** With the content, mode and mtime that it will have; undefined when it did not arrive whole. */
	stage(put: Put, folder?: BytePath): Staged | undefined;
	/** Makes a folder beside the tree, in which small files can be staged under their own names. */
	folderFor(path: BytePath): BytePath;
};

/** Makes the content of puts ready beside the tree, each checked against the hash that was planned. */
export const createStager = (context: EndpointContext, area: WorkArea, commit: Commit): Stager => {
	const files = filesOf(commit.operations);
	const packed = commit.packs.flatMap(pack => unpackContents(files, pack));
	const contents = [...commit.contents, ...packed];
	const inline = new Map(contents.map(content => [content.path, content.bytes]));
	const flush = contents.length <= flushedFiles;
	const umask = process.umask();
	let counter = 0;
	const nextFile = (path: BytePath): BytePath =>
		`${area.stageFor(path)}/${commit.txn}-${counter++}-${process.pid}`;

	const write = (file: BytePath, {mtimeMs}: Put, bytes: Uint8Array, mode: number): Staged => {
		const handle = openSync(nativePath(file), 'wx', mode);
		try {
			for (let at = 0; at < bytes.length;) at += writeSync(handle, bytes, at);
			futimesSync(handle, mtimeMs / 1000, mtimeMs / 1000);
			if (flush) fdatasyncSync(handle);
			return {file, seen: fingerprintOf(fstatSync(handle))};
		} finally {
			closeSync(handle);
		}
	};

	const seenAt = (file: BytePath): Staged => ({
		file,
		seen: fingerprintOf(lstatSync(nativePath(file))),
	});

	return {
		folderFor(path) {
			const folder = nextFile(path);
			mkdirSync(nativePath(folder));
			return folder;
		},
		stage(put, folder) {
			context.step('stage');
			const mode = (isExecutable(put.signature) ? 0o777 : 0o666) & ~umask;
			if (isLink(put.signature)) {
				const file = nextFile(put.path);
				symlinkSync(nativePath(contentOf(put.signature)), nativePath(file));
				return seenAt(file);
			}

			const wanted = contentOf(put.signature);
			const bytes = inline.get(put.path);
			if (bytes !== undefined) {
				if (hashOf(bytes) !== wanted) return undefined;
				const file = folder === undefined ? nextFile(put.path) : joinPath(folder, nameOf(put.path));
				return write(file, put, bytes, mode);
			}

			if (!commit.filled || folder !== undefined) return undefined;
			const arrived = nativePath(joinPath(area.filled, put.path));
			if (lstatSync(arrived, {throwIfNoEntry: false})?.isFile() !== true) return undefined;
			// Out of reach first: an rsync that a cut link left behind may still replace what arrived.
			const file = nextFile(put.path);
			const native = nativePath(file);
			moveOver(arrived, native);
			const read = readStable(native);
			if (read === undefined || contentOf(read.signature) !== wanted) {
				unlinkSync(native);
				return undefined;
			}

			chmodSync(native, mode);
			utimesSync(native, put.mtimeMs / 1000, put.mtimeMs / 1000);
			return seenAt(file);
		},
	};
};

/** To another file system as well, where something is mounted inside of the root. */
function moveOver(from: string | Buffer, to: string | Buffer): void {
	try {
		renameSync(from, to);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
		copyFileSync(from, to);
		unlinkSync(from);
	}
}
