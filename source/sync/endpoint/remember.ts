import {lstatSync} from 'node:fs';
import {folderSignature, isLink, type Signature} from '../entry.ts';
import {nameOf, parentOf, type BytePath} from '../path.ts';
import type {CommitReply} from './endpoint.ts';
import type {Transaction} from './commit/transaction.ts';
import {fingerprintOf, racyWindowMs, type Fingerprint} from './fingerprint.ts';
import type {Folders} from './folders.ts';
import {plainChild} from './scan/see-file.ts';
import type {EndpointStore, SeenChild} from './store.ts';

/** What a transaction left at a path, by the fingerprint that it was staged with; undefined: look there again. */
export type Written = Map<
	BytePath,
	{signature: Signature; seen: Fingerprint; nowMs: number} | undefined
>;

/** What came of it: `reach` is the transaction's own, `known` are the paths that the store has as they were written. */
export type Remembered = {
	reach: CommitReply['reach'];
	known: ReadonlySet<BytePath>;
	/** Folders with something in them that is to be looked at. */
	unsure: ReadonlySet<BytePath>;
};

/**
 * The store learns of what was written, so that no scan need read it again. Only what was staged
 * counts: a file that is any other by now is left to the scan.
 */
export const remember = (
	store: EndpointStore,
	{folders, written, made, filled}: Pick<Transaction, 'folders' | 'written' | 'made' | 'filled'>,
): Remembered => {
	const before = store.sequence();
	const sequence = before + 1;
	let last = sequence;
	const known = new Set<BytePath>();
	const unsure = new Set<BytePath>();
	const byFolder = new Map<BytePath, BytePath[]>();
	for (const path of written.keys()) {
		const folder = parentOf(path);
		const paths = byFolder.get(folder);
		if (paths === undefined) byFolder.set(folder, [path]);
		else paths.push(path);
	}

	if (byFolder.size === 0) return {reach: {before, after: before}, known, unsure};
	store.setSequence(sequence);
	// From the top, as they were made.
	for (const [parent, paths] of Map.groupBy(made, parentOf)) {
		const seen = store.folder(parent);
		const fresh = seen && paths.filter(path => store.folder(path) === undefined);
		if (fresh === undefined || fresh.length === 0) continue;
		const names = new Set(fresh.map(nameOf));
		const children = seen!.children.filter(([name]) => !names.has(name));
		for (const name of names) children.push(plainChild(name, folderSignature));
		store.putFolder(parent, sequence, {...seen!, children});
		for (const path of fresh) {
			const children = filled.get(path) ?? [];
			store.putFolder(path, sequence, {version: seen!.version, children, left: []});
			known.add(path);
		}
	}

	// Of what was known of a folder before it was made anew nothing holds.
	for (const path of filled.keys()) if (!known.has(path)) unsure.add(path);

	for (const [folder, paths] of byFolder) {
		folders.trim();
		const seen = store.folder(folder);
		if (seen === undefined) {
			unsure.add(folder);
			continue;
		}

		let isChanged = false;
		const children = new Map(seen.children.map(child => [child[0], child]));
		for (const path of paths) {
			const child = seeWritten(path, folders, written.get(path));
			if (child === undefined) {
				if (!known.has(path)) unsure.add(folder);
				continue;
			}

			isChanged = true;
			known.add(path);
			children.set(nameOf(path), child);
			// A file where a folder was: what the folder held is gone with it.
			if (store.folder(path) !== undefined) {
				store.dropFolders(path, sequence + 1);
				last = sequence + 1;
			}
		}

		if (isChanged) store.putFolder(folder, sequence, {...seen, children: [...children.values()]});
	}

	if (last !== sequence) store.setSequence(last);
	return {reach: {before, after: sequence}, known, unsure};
};

/** A file that was staged so, as it stands in the tree since `nowMs`. */
export const childOf = (
	name: BytePath,
	signature: Signature,
	{inode, size, mtimeMs, ctimeMs}: Fingerprint,
	nowMs: number,
): SeenChild => {
	// Its mtime is the source's: a later write moves it, unless it came from this very moment.
	const racy = mtimeMs > nowMs - racyWindowMs ? 1 : 0;
	return [name, signature, size, mtimeMs, ctimeMs, inode, racy];
};

function seeWritten(
	path: BytePath,
	folders: Folders,
	written: {signature: Signature; seen: Fingerprint; nowMs: number} | undefined,
): SeenChild | undefined {
	if (written === undefined) return undefined;
	const name = nameOf(path);
	const {signature, seen, nowMs} = written;
	try {
		const stat = lstatSync(folders.reach(path), {throwIfNoEntry: false});
		if (stat === undefined || stat.ino !== seen.inode) return undefined;
		if (isLink(signature)) return plainChild(name, signature);
		if (stat.size !== seen.size || stat.mtimeMs !== seen.mtimeMs) return undefined;
		return childOf(name, signature, fingerprintOf(stat), nowMs);
	} catch {
		return undefined;
	}
}
