import type {Entry, Signature} from '../entry.ts';
import type {BytePath} from '../path.ts';
import type {Conflict, Side} from '../plan/operation.ts';
import {openRuleDatabase} from '../rule-database.ts';

/** What a transaction was about to make of a path: undefined for a removal. `files`: what a new folder was to hold. */
export type Intent = {
	txn: string;
	side: Side;
	path: BytePath;
	signature: Signature | undefined;
	files?: Array<[name: BytePath, signature: Signature]>;
};

export type KnownConflict = Conflict & {copy: BytePath; atMs: number};

/** Of one folder, what stands there otherwise than in the ancestor; undefined: nothing does. */
export type Entries = Map<BytePath, Entry | undefined>;

export type LedgerTables = ReturnType<typeof openLedgerTables>;

// Rows of a kilobyte go into tables with row ids: without them each takes a page of its own.
const schema = `
	CREATE TABLE IF NOT EXISTS ancestor (
		id INTEGER PRIMARY KEY, folder TEXT NOT NULL UNIQUE, files INTEGER NOT NULL,
		children TEXT NOT NULL
	);
	CREATE TABLE IF NOT EXISTS deviation (
		side TEXT NOT NULL, folder TEXT NOT NULL, entries TEXT NOT NULL, UNIQUE (side, folder)
	);
	CREATE TABLE IF NOT EXISTS intent (
		txn TEXT NOT NULL, side TEXT NOT NULL, path TEXT NOT NULL, signature TEXT
	);
	CREATE TABLE IF NOT EXISTS fill_intent (
		txn TEXT NOT NULL, side TEXT NOT NULL, path TEXT NOT NULL, signature TEXT, files TEXT NOT NULL
	);
	CREATE TABLE IF NOT EXISTS conflict (
		copy TEXT PRIMARY KEY, path TEXT NOT NULL, keeps TEXT NOT NULL, atMs REAL NOT NULL
	) WITHOUT ROWID;
`;

/** The rows of one rule's book, typed; what they mean is the ledger's. */
export const openLedgerTables = (file: string) => {
	const {db, meta, setMeta} = openRuleDatabase(file, schema);
	const getAncestor = db.prepare('SELECT children FROM ancestor WHERE folder = ?');
	const putAncestor = db.prepare(
		`INSERT INTO ancestor (folder, files, children) VALUES (?1, ?2, ?3)
		ON CONFLICT (folder) DO UPDATE SET files = ?2, children = ?3`,
	);
	const dropAncestor = db.prepare('DELETE FROM ancestor WHERE folder = ?');
	const ancestorFolders = db.prepare('SELECT folder FROM ancestor');
	const anyAncestor = db.prepare('SELECT 1 FROM ancestor LIMIT 1');
	const countFiles = db.prepare('SELECT coalesce(sum(files), 0) AS files FROM ancestor');
	const putDeviation = db.prepare(
		`INSERT INTO deviation VALUES (?1, ?2, ?3)
		ON CONFLICT (side, folder) DO UPDATE SET entries = ?3`,
	);
	const dropDeviation = db.prepare('DELETE FROM deviation WHERE side = ? AND folder = ?');
	const listDeviations = db.prepare('SELECT side, folder FROM deviation');
	const getDeviation = db.prepare('SELECT entries FROM deviation WHERE side = ? AND folder = ?');
	const clearDeviations = db.prepare('DELETE FROM deviation WHERE side = ?');
	const addIntent = db.prepare('INSERT INTO intent VALUES (?, ?, ?, ?)');
	const addFillIntent = db.prepare('INSERT INTO fill_intent VALUES (?, ?, ?, ?, ?)');
	const listIntents = db.prepare(
		'SELECT *, NULL AS files FROM intent UNION ALL SELECT * FROM fill_intent',
	);
	const forgetIntents = ['intent', 'fill_intent'].map(table =>
		db.prepare(`DELETE FROM ${table} WHERE txn = ?`),
	);
	const addConflict = db.prepare('INSERT OR REPLACE INTO conflict VALUES (?, ?, ?, ?)');
	const listConflicts = db.prepare('SELECT * FROM conflict ORDER BY atMs, copy');
	const dropConflict = db.prepare('DELETE FROM conflict WHERE copy = ?');

	return {
		meta,
		setMeta,
		/** A folder's children as both sides were last known to have them. */
		ancestor(folder: BytePath): Map<BytePath, Signature> {
			const row = getAncestor.get(folder);
			if (row === undefined) return new Map();
			return new Map(JSON.parse(row['children'] as string) as Array<[BytePath, Signature]>);
		},
		/** `files`: how many of the children count as files. */
		saveAncestor(folder: BytePath, files: number, children: Map<BytePath, Signature>): void {
			if (children.size === 0) dropAncestor.run(folder);
			else putAncestor.run(folder, files, JSON.stringify([...children]));
		},
		ancestorFolders: () => ancestorFolders.all().map(row => row['folder'] as string),
		hasAncestor: () => anyAncestor.get() !== undefined,
		/** Files and links of the ancestor. */
		fileCount: () => countFiles.get()!['files'] as number,
		deviatingFolders: () =>
			listDeviations
				.all()
				.map(row => ({side: row['side'] as Side, folder: row['folder'] as string})),
		deviation(side: Side, folder: BytePath): Entries {
			const row = getDeviation.get(side, folder);
			if (row === undefined) return new Map();
			const rows = JSON.parse(row['entries'] as string) as Array<
				[BytePath, Signature | null, number, number]
			>;
			return new Map(
				rows.map(([name, signature, size, mtimeMs]) => [
					name,
					signature === null ? undefined : {signature, size, mtimeMs},
				]),
			);
		},
		saveDeviation(side: Side, folder: BytePath, entries: Entries): void {
			const rows = [...entries].map(([name, entry]) =>
				entry === undefined
					? [name, null, 0, 0]
					: [name, entry.signature, entry.size, entry.mtimeMs],
			);
			putDeviation.run(side, folder, JSON.stringify(rows));
		},
		dropDeviation: (side: Side, folder: BytePath) => void dropDeviation.run(side, folder),
		clearDeviations: (side: Side) => void clearDeviations.run(side),
		intend(intents: readonly Intent[]): void {
			for (const {txn, side, path: at, signature = null, files} of intents) {
				if (files === undefined) addIntent.run(txn, side, at, signature);
				else addFillIntent.run(txn, side, at, signature, JSON.stringify(files));
			}
		},
		intents: (): Intent[] =>
			listIntents.all().map(row => ({
				txn: row['txn'] as string,
				side: row['side'] as Side,
				path: row['path'] as string,
				signature: (row['signature'] as string | null) ?? undefined,
				...(row['files'] === null
					? {}
					: {files: JSON.parse(row['files'] as string) as Intent['files']}),
			})),
		/** The transaction was written down. */
		forgetIntents: (txn: string) => forgetIntents.forEach(statement => statement.run(txn)),
		clearIntents: () => db.exec('DELETE FROM intent; DELETE FROM fill_intent'),
		addConflict: ({copy, path: at, keeps, atMs}: KnownConflict) =>
			void addConflict.run(copy, at, keeps, atMs),
		/** Open ones, oldest first. */
		conflicts: (): KnownConflict[] =>
			listConflicts.all().map(row => ({
				copy: row['copy'] as string,
				path: row['path'] as string,
				keeps: row['keeps'] as Side,
				atMs: row['atMs'] as number,
			})),
		dropConflict: (copy: BytePath) => void dropConflict.run(copy),
		begin: () => db.exec('BEGIN IMMEDIATE'),
		commit: () => db.exec('COMMIT'),
		rollback: () => db.exec('ROLLBACK'),
		close: () => db.close(),
	};
};
