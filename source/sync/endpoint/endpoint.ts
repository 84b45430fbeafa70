import type {Signature} from '../entry.ts';
import type {BytePath} from '../path.ts';
import type {Step, StepFile} from '../plan/fill.ts';
import type {ScanProgress, ScanRequest} from './scan/walk.ts';
import type {Rescue} from './trash.ts';

/** Bytes that travel beside the operations, in memory: for small files. */
export type Content = {path: BytePath; signature: Signature; bytes: Uint8Array};

/** Many contents as one piece, which nobody between the two sides takes apart. */
export type Pack = {
	/** The files that are in it, by their number among those that were asked for, or that steps bring. */
	of: number[];
	coding: 'plain' | 'deflate' | 'zstd';
	bytes: Uint8Array;
};

/** Size in bytes, mtime in milliseconds. */
export type Measure = {size: number; mtimeMs: number};

export type RootState =
	| {
			state: 'ready';
			/** Absolute, as this side knows it. */
			root: BytePath;
			/** Made once per root: another folder that took its name has another. */
			marker: string;
			/** The root folder's own, for where the marker was removed by hand. */
			inode: number;
			/** True where names that differ in case or Unicode form are one. */
			folds: boolean;
			/** False: files are replaced by renaming aside, and are absent for a moment. */
			exchanges: boolean;
			freeBytes: number;
			/** How contents that come here may be squeezed; a side of an older version does not say. */
			codings?: Array<Pack['coding']> | undefined;
	  }
	| {state: 'missing'; root: BytePath}
	| {state: 'not-a-folder'; root: BytePath}
	/** `other` is another rule's root, as that rule gives it. */
	| {state: 'overlaps'; root: BytePath; other: string};

/** A folder's entries, all of them; undefined: it is gone. */
export type FolderChange = {
	path: BytePath;
	entries?:
		Array<[name: BytePath, signature: Signature, size: number, mtimeMs: number]> | undefined;
};

/** How far the changes of a side are known: an epoch is one database, a sequence one scan. */
export type Cursor = {epoch: string; sequence: number; path: BytePath};

/** A cursor's path when its sequence is known to the end: sorts after every path. */
export const toTheEnd = '\u{10FFFF}';

export type ChangesPage = {
	/** The cursor was of another epoch, or none: what follows is everything. */
	reset: boolean;
	folders: FolderChange[];
	cursor: Cursor;
	more: boolean;
};

export type ScanReply = {
	changes: ChangesPage;
	/** Small files that changed, so that they need no further round trip. */
	contents: Content[];
	unsettled: BytePath[];
	/** Folders in which others wait to be read, as `mostNew` says. */
	postponed?: BytePath[] | undefined;
	/** Left out because they hold credentials. */
	secrets: BytePath[];
	/** Repositories whose index is locked. */
	busy: BytePath[];
	rescued: Rescue[];
	files: number;
};

export type ScanOptions = ScanRequest & {
	since: Cursor | undefined;
	/** Contents up to this many bytes in all come with the reply. */
	inlineBytes: number;
	/** Entries in the first page of changes; as many as any page has where it is not given. */
	entries?: number | undefined;
};

export type OperationResult = {path: BytePath} &
	/** `except`: of a filled folder, the files that are not in it, and why. */
	(
		| {status: 'done'; copy?: BytePath; except?: OperationResult[]}
		/** Something else stands there by now: plan it anew. */
		| {status: 'stale'}
		/** A folder that still holds something of this side. */
		| {status: 'kept'}
		/** This side will not: excluded here, a link in the way, a name that is taken in another case. */
		| {status: 'refused'; reason: string}
		| {status: 'failed'; code: string}
	);

/** True for a file that a step which was done did not bring. */
export const isExcepted = (
	result: Extract<OperationResult, {status: 'done'}>,
	path: BytePath,
): boolean => result.except?.some(file => file.path === path) ?? false;

export type ReadRequest = {
	items: StepFile[];
	/** What the side that they go to can read. */
	codings?: Array<Pack['coding']> | undefined;
};

export type Commit = {
	txn: string;
	/** The transaction that must be done before this one, though it may arrive later. */
	after?: string | undefined;
	operations: Step[];
	contents: Content[];
	/** More of them. */
	packs: Pack[];
	/** Some contents are where rsync put them, under the folder that `stageFolder` names. */
	filled: boolean;
};

export type CommitReply = {
	results: OperationResult[];
	rescued: Rescue[];
	/** What the transaction itself changed lies between these two: whoever knew the first knows the second. */
	reach: {before: number; after: number};
};

/**
 * One side of one rule, the same wherever it is. It touches nothing outside the root but its
 * own database. Calls are made one after another.
 */
export type Endpoint = {
	/**
	 * Looks at the root; with `create` it makes it when it is missing. Recovers from a crash. Where the
	 * root is not apart from `others`, the roots of other rules, nothing is done.
	 */
	open(options: {create: boolean; others?: readonly string[] | undefined}): Promise<RootState>;
	scan(options: ScanOptions, onProgress?: ScanProgress): Promise<ScanReply>;
	/** The next page of changes. */
	changes(since: Cursor): Promise<ChangesPage>;
	/** Files of the size that the plan saw, the others are missing from the answer; whoever stages them checks their hash. */
	read(request: ReadRequest): Promise<Pack>;
	/** A stretch of a file as it is now; what arrives is checked as a whole later. Empty at its end. */
	readPart(part: {path: BytePath; offset: number; length: number}): Promise<Uint8Array>;
	/** Writes a stretch of what will be staged for the path. */
	stagePart(part: {txn: string; path: BytePath; offset: number; bytes: Uint8Array}): Promise<void>;
	/** Where rsync fills in one transaction's files: absolute, and relative to the root. */
	stageFolder(txn: string): Promise<{absolute: BytePath; relative: BytePath}>;
	/** `signal` ends the wait for a transaction before it that never comes. */
	commit(commit: Commit, signal?: AbortSignal): Promise<CommitReply>;
	/** What of a transaction was done, though its answer may not have arrived. */
	done(txn: string): Promise<Array<[BytePath, Signature | undefined]>>;
	/** All transactions are written down: old trash goes; with `arrived` all that is staged, else what a cut left half there stays, to go on from. */
	settle(options: {arrived: boolean}): Promise<{rescued: Rescue[]}>;
	close(): Promise<void>;
};

/** What only the process that has the tree asks of it. */
export type TreeEndpoint = Endpoint & {
	/** Those of the folders that are not as whoever asks this side was last told: no echo of what it wrote. */
	differing(folders: readonly BytePath[]): Promise<BytePath[]>;
	/** How large the files are, and of when; undefined where there is none. */
	measure(paths: readonly BytePath[]): Promise<Array<Measure | undefined>>;
};
