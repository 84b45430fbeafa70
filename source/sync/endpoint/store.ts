import {randomBytes} from 'node:crypto';
import type {Signature} from '../entry.ts';
import type {BytePath} from '../path.ts';
import {openRuleDatabase} from '../rule-database.ts';
import type {Fingerprint} from './fingerprint.ts';
import {createSeenCache} from './seen-cache.ts';

/** A child of a folder as it was last seen: name, signature, size, mtime, ctime, inode, racy. */
export type SeenChild = [
	name: BytePath,
	signature: Signature,
	size: number,
	mtimeMs: number,
	ctimeMs: number,
	inode: number,
	racy: 0 | 1,
];

export type SeenFolder = {
	/** The matcher's version that `left` was decided under. */
	version: string;
	children: SeenChild[];
	/** Names that are left out: name, whether it is a folder, whether it is secret. */
	left: Array<[name: BytePath, isFolder: 0 | 1, isSecret: 0 | 1]>;
};

export type FolderRow = {path: BytePath; sequence: number; seen: SeenFolder | undefined};

/** Something displaced: on its way into the trash (`pending`), or there. */
export type TrashRow = {
	id: number;
	txn: string;
	path: BytePath;
	slot: string;
	/** What the plan saw at the path; undefined only where nothing was displaced. */
	expected: Signature;
	/** What took its place; undefined for a removal. */
	replacement: Signature | undefined;
	/** Where it goes in the tree rather than to the trash. */
	copy: BytePath | undefined;
	pending: boolean;
	fingerprint: Fingerprint | undefined;
	racy: boolean;
	atMs: number;
};

export type EndpointStore = ReturnType<typeof openEndpointStore>;

// Rows of a kilobyte go into a table with row ids: without them each takes a page of its own.
const schema = `
	CREATE TABLE IF NOT EXISTS folder (
		id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, sequence INTEGER NOT NULL,
		gone INTEGER NOT NULL DEFAULT 0, secret INTEGER NOT NULL DEFAULT 0, seen TEXT NOT NULL
	);
	CREATE INDEX IF NOT EXISTS folder_sequence ON folder (sequence, path);
	CREATE INDEX IF NOT EXISTS folder_gone ON folder (sequence) WHERE gone = 1;
	CREATE INDEX IF NOT EXISTS folder_secret ON folder (secret) WHERE secret = 1;
	CREATE TABLE IF NOT EXISTS trash (
		id INTEGER PRIMARY KEY AUTOINCREMENT, txn TEXT NOT NULL, path TEXT NOT NULL,
		slot TEXT NOT NULL, expected TEXT NOT NULL, replacement TEXT, copy TEXT,
		pending INTEGER NOT NULL, fingerprint TEXT, racy INTEGER NOT NULL, atMs REAL NOT NULL
	);
	CREATE INDEX IF NOT EXISTS trash_at ON trash (atMs);
	CREATE TABLE IF NOT EXISTS outcome (
		txn TEXT NOT NULL, path TEXT NOT NULL, signature TEXT, PRIMARY KEY (txn, path)
	) WITHOUT ROWID;
`;

/**
 * What one side remembers of one rule's tree between scans, and of what it displaced. A process
 * that dies loses nothing that was written; a power cut at most the newest rows, which a scan
 * finds again.
 */
export const openEndpointStore = (file: string) => {
	const {db, meta, setMeta} = openRuleDatabase(file, schema);
	const getFolder = db.prepare('SELECT seen FROM folder WHERE path = ? AND gone = 0');
	const putFolder = db.prepare(
		`INSERT INTO folder (path, sequence, gone, secret, seen) VALUES (?1, ?2, 0, ?3, ?4)
		ON CONFLICT (path) DO UPDATE SET
			sequence = max(sequence, ?2), gone = 0, secret = ?3, seen = ?4`,
	);
	const dropFolders = db.prepare(
		`UPDATE folder SET gone = 1, secret = 0, seen = '', sequence = ?1
		WHERE gone = 0 AND (path = ?2 OR (path > ?2 || '/' AND path < ?2 || '0'))`,
	);
	const tellAgain = db.prepare(
		`INSERT INTO folder (path, sequence, gone, secret, seen) VALUES (?1, ?2, 1, 0, '')
		ON CONFLICT (path) DO UPDATE SET sequence = ?2`,
	);
	const changed = db.prepare(
		`SELECT path, sequence, gone, seen FROM folder
		WHERE (sequence, path) > (?, ?) ORDER BY sequence, path`,
	);
	const forgetGone = db.prepare('DELETE FROM folder WHERE gone = 1 AND sequence <= ?');
	const secretFolders = db.prepare('SELECT path, seen FROM folder WHERE secret = 1 LIMIT 1000');
	const gitFolders = db.prepare(
		`SELECT path, seen FROM folder WHERE gone = 0 AND (path = '.git' OR path LIKE '%/.git')`,
	);
	const addTrash = db.prepare(
		`INSERT INTO trash (txn, path, slot, expected, replacement, copy, pending, fingerprint, racy, atMs)
		VALUES (?, ?, ?, ?, ?, ?, 1, NULL, 1, ?)`,
	);
	const keepTrash = db.prepare(
		'UPDATE trash SET pending = 0, fingerprint = ?, racy = ? WHERE id = ?',
	);
	const dropTrash = db.prepare('DELETE FROM trash WHERE id = ?');
	const listTrash = db.prepare('SELECT * FROM trash WHERE pending = ? AND atMs >= ? ORDER BY id');
	const addDone = db.prepare('INSERT OR REPLACE INTO outcome VALUES (?, ?, ?)');
	const listDone = db.prepare('SELECT path, signature FROM outcome WHERE txn = ?');
	const clearDone = db.prepare('DELETE FROM outcome');

	const cache = createSeenCache();
	const dataVersion = db.prepare('PRAGMA data_version');
	let version: unknown;
	if (meta('epoch') === undefined) setMeta('epoch', randomBytes(9).toString('hex'));
	const parse = (row: {seen: string}): SeenFolder => JSON.parse(row.seen) as SeenFolder;

	return {
		epoch: meta('epoch')!,
		meta,
		setMeta,
		sequence: () => Number(meta('sequence') ?? 0),
		/** File systems inside of the root that were mounted there once. */
		mounts: () => JSON.parse(meta('mounts') ?? '[]') as BytePath[],
		setMounts: (mounts: readonly BytePath[]) => setMeta('mounts', JSON.stringify(mounts)),
		setSequence: (sequence: number) => setMeta('sequence', String(sequence)),
		/** Before a piece of work: forgets what it remembers where another process wrote meanwhile. */
		refresh(): void {
			const now = dataVersion.get()!['data_version'];
			if (now !== version) cache.clear();
			version = now;
		},
		folder(folder: BytePath): SeenFolder | undefined {
			const cached = cache.get(folder);
			if (cached !== undefined) return cached;
			const row = getFolder.get(folder);
			if (row === undefined) return undefined;
			const seen = parse(row as {seen: string});
			cache.put(folder, seen);
			return seen;
		},
		putFolder(folder: BytePath, sequence: number, seen: SeenFolder): void {
			const secret = seen.left.some(([, , isSecret]) => isSecret === 1) ? 1 : 0;
			putFolder.run(folder, sequence, secret, JSON.stringify(seen));
			cache.put(folder, seen);
		},
		/** The folder and all below it. */
		dropFolders(folder: BytePath, sequence: number): void {
			if (dropFolders.run(sequence, folder).changes !== 0) cache.dropTree(folder);
		},
		/** As it is known, also where that is: not at all. */
		tellAgain: (folder: BytePath, sequence: number) => void tellAgain.run(folder, sequence),
		/** Folders that changed after the mark, in the order of (sequence, path), read as they are asked for. */
		*changed(after: {sequence: number; path: BytePath}): Generator<FolderRow> {
			for (const row of changed.iterate(after.sequence, after.path)) {
				const folder = row['path'] as string;
				// What a scan has just written is at hand.
				const seen =
					row['gone'] === 1 ? undefined : (cache.get(folder) ?? parse(row as {seen: string}));
				yield {path: folder, sequence: row['sequence'] as number, seen};
			}
		},
		forgetGone: (sequence: number) => void forgetGone.run(sequence),
		secretFolders: () =>
			secretFolders
				.all()
				.map(row => ({path: row['path'] as string, seen: parse(row as {seen: string})})),
		gitFolders: () =>
			gitFolders
				.all()
				.map(row => ({path: row['path'] as string, seen: parse(row as {seen: string})})),
		addTrash(row: Omit<TrashRow, 'id' | 'pending' | 'fingerprint' | 'racy'>): number {
			const {txn, path, slot, expected, replacement, copy, atMs} = row;
			return Number(
				addTrash.run(txn, path, slot, expected, replacement ?? null, copy ?? null, atMs)
					.lastInsertRowid,
			);
		},
		keepTrash: (id: number, fingerprint: Fingerprint, racy: boolean) =>
			void keepTrash.run(JSON.stringify(fingerprint), racy ? 1 : 0, id),
		dropTrash: (id: number) => void dropTrash.run(id),
		trash(pending: boolean, sinceMs = 0): TrashRow[] {
			return listTrash.all(pending ? 1 : 0, sinceMs).map(row => ({
				id: row['id'] as number,
				txn: row['txn'] as string,
				path: row['path'] as string,
				slot: row['slot'] as string,
				expected: row['expected'] as string,
				replacement: (row['replacement'] as string | null) ?? undefined,
				copy: (row['copy'] as string | null) ?? undefined,
				pending,
				fingerprint:
					row['fingerprint'] === null
						? undefined
						: (JSON.parse(row['fingerprint'] as string) as Fingerprint),
				racy: row['racy'] === 1,
				atMs: row['atMs'] as number,
			}));
		},
		/** What stood at the path when this much of the transaction was done; undefined: nothing. */
		addDone: (txn: string, path: BytePath, signature: Signature | undefined) =>
			void addDone.run(txn, path, signature ?? null),
		done: (txn: string): Array<[BytePath, Signature | undefined]> =>
			listDone
				.all(txn)
				.map(row => [row['path'] as string, (row['signature'] as string | null) ?? undefined]),
		clearDone: () => void clearDone.run(),
		transaction<T>(work: () => T): T {
			db.exec('BEGIN IMMEDIATE');
			try {
				const result = work();
				db.exec('COMMIT');
				return result;
			} catch (error) {
				db.exec('ROLLBACK');
				cache.clear();
				throw error;
			}
		},
		begin: () => db.exec('BEGIN IMMEDIATE'),
		commit: () => db.exec('COMMIT'),
		rollback(): void {
			cache.clear();
			if (db.isTransaction) db.exec('ROLLBACK');
		},
		close: () => db.close(),
	};
};
