import {mkdirSync} from 'node:fs';
import path from 'node:path';
import {DatabaseSync} from 'node:sqlite';
import type {Cursor, FolderChange} from '../endpoint/endpoint.ts';
import {isFolder, keptSignature, type Entry, type Signature} from '../entry.ts';
import {joinPath, nameOf, parentOf, type BytePath} from '../path.ts';
import type {Conflict, Difference, Side} from '../plan/operation.ts';

/** What a transaction was about to make of a path: undefined for a removal. */
export type Intent = {txn: string; side: Side; path: BytePath; signature: Signature | undefined};

export type KnownConflict = Conflict & {copy: BytePath; atMs: number};

export type Ledger = ReturnType<typeof openLedger>;

type Entries = Map<BytePath, Entry | undefined>;

const schema = `
	CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
	CREATE TABLE IF NOT EXISTS ancestor (
		folder TEXT PRIMARY KEY, files INTEGER NOT NULL, children TEXT NOT NULL
	) WITHOUT ROWID;
	CREATE TABLE IF NOT EXISTS deviation (
		side TEXT NOT NULL, folder TEXT NOT NULL, entries TEXT NOT NULL, PRIMARY KEY (side, folder)
	) WITHOUT ROWID;
	CREATE TABLE IF NOT EXISTS intent (
		txn TEXT NOT NULL, side TEXT NOT NULL, path TEXT NOT NULL, signature TEXT
	);
	CREATE TABLE IF NOT EXISTS conflict (
		copy TEXT PRIMARY KEY, path TEXT NOT NULL, keeps TEXT NOT NULL, atMs REAL NOT NULL
	) WITHOUT ROWID;
`;
const sides = ['local', 'remote'] as const;

/**
 * The laptop's book of one rule: the ancestor (what was last known alike on both sides), in what
 * each side differs from it, and what was under way. Only what differs is held in memory.
 */
export const openLedger = (file: string) => {
	mkdirSync(path.dirname(file), {recursive: true, mode: 0o700});
	const db = new DatabaseSync(file, {timeout: 10_000});
	db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
	db.exec(schema);

	const getMeta = db.prepare('SELECT value FROM meta WHERE key = ?');
	const setMeta = db.prepare('INSERT OR REPLACE INTO meta VALUES (?, ?)');
	const getAncestor = db.prepare('SELECT children FROM ancestor WHERE folder = ?');
	const putAncestor = db.prepare('INSERT OR REPLACE INTO ancestor VALUES (?, ?, ?)');
	const dropAncestor = db.prepare('DELETE FROM ancestor WHERE folder = ?');
	const ancestorFolders = db.prepare('SELECT folder FROM ancestor');
	const countFiles = db.prepare('SELECT coalesce(sum(files), 0) AS files FROM ancestor');
	const putDeviation = db.prepare('INSERT OR REPLACE INTO deviation VALUES (?, ?, ?)');
	const dropDeviation = db.prepare('DELETE FROM deviation WHERE side = ? AND folder = ?');
	const allDeviations = db.prepare('SELECT side, folder, entries FROM deviation');
	const clearDeviations = db.prepare('DELETE FROM deviation WHERE side = ?');
	const addIntent = db.prepare('INSERT INTO intent VALUES (?, ?, ?, ?)');
	const listIntents = db.prepare('SELECT * FROM intent');
	const clearIntents = db.prepare('DELETE FROM intent WHERE side = ?');
	const addConflict = db.prepare('INSERT OR REPLACE INTO conflict VALUES (?, ?, ?, ?)');
	const listConflicts = db.prepare('SELECT * FROM conflict ORDER BY atMs, copy');
	const dropConflict = db.prepare('DELETE FROM conflict WHERE copy = ?');

	const deviations: Record<Side, Map<BytePath, Entries>> = {local: new Map(), remote: new Map()};

	const load = () => {
		for (const side of sides) deviations[side].clear();
		for (const row of allDeviations.iterate()) {
			const entries = JSON.parse(row['entries'] as string) as Array<
				[BytePath, Signature | null, number, number]
			>;
			deviations[row['side'] as Side].set(
				row['folder'] as string,
				new Map(
					entries.map(([name, signature, size, mtimeMs]) => [
						name,
						signature === null ? undefined : {signature, size, mtimeMs},
					]),
				),
			);
		}
	};

	const meta = (key: string) => getMeta.get(key)?.['value'] as string | undefined;

	const ancestor = (folder: BytePath): Map<BytePath, Signature> => {
		const row = getAncestor.get(folder);
		if (row === undefined) return new Map();
		return new Map(JSON.parse(row['children'] as string) as Array<[BytePath, Signature]>);
	};

	const saveAncestor = (folder: BytePath, children: Map<BytePath, Signature>): void => {
		if (children.size === 0) {
			dropAncestor.run(folder);
			return;
		}

		let files = 0;
		for (const signature of children.values()) {
			if (!isFolder(signature) && signature !== keptSignature) files++;
		}

		putAncestor.run(folder, files, JSON.stringify([...children]));
	};

	const saveDeviation = (side: Side, folder: BytePath, entries: Entries): void => {
		if (entries.size === 0) {
			if (deviations[side].delete(folder)) dropDeviation.run(side, folder);
			return;
		}

		deviations[side].set(folder, entries);
		const rows = [...entries].map(([name, entry]) =>
			entry === undefined ? [name, null, 0, 0] : [name, entry.signature, entry.size, entry.mtimeMs],
		);
		putDeviation.run(side, folder, JSON.stringify(rows));
	};

	const entryAt = (side: Side, at: BytePath): Entry | undefined => {
		const entries = deviations[side].get(parentOf(at));
		if (entries?.has(nameOf(at))) return entries.get(nameOf(at));
		const signature = ancestor(parentOf(at)).get(nameOf(at));
		return signature === undefined || signature === keptSignature
			? undefined
			: {signature, size: 0, mtimeMs: 0};
	};

	const ledger = {
		/** Reads again what another process may have changed since. */
		reload: load,
		meta,
		setMeta: (key: string, value: string) => void setMeta.run(key, value),
		cursor(side: Side): Cursor | undefined {
			const text = meta(`cursor-${side}`);
			return text === undefined ? undefined : (JSON.parse(text) as Cursor);
		},
		setCursor: (side: Side, cursor: Cursor) =>
			void setMeta.run(`cursor-${side}`, JSON.stringify(cursor)),
		/** Takes over how folders of a side are now. */
		apply(side: Side, folders: readonly FolderChange[]): void {
			for (const {path: folder, entries} of folders) {
				const base = ancestor(folder);
				const differing: Entries = new Map();
				for (const [name, signature, size, mtimeMs] of entries ?? []) {
					if (base.get(name) !== signature) differing.set(name, {signature, size, mtimeMs});
					base.delete(name);
				}

				for (const name of base.keys()) differing.set(name, undefined);
				saveDeviation(side, folder, differing);
			}
		},
		/** Forgets how a side differs: everything is told anew. Yields the folders that the ancestor knows. */
		reset(side: Side): Set<BytePath> {
			deviations[side].clear();
			clearDeviations.run(side);
			return new Set(ancestorFolders.all().map(row => row['folder'] as string));
		},
		/** What stands there on a side, as far as was heard. */
		entryAt,
		/** The paths become alike: the ancestor is what they are now; undefined for nothing. */
		agree(pairs: ReadonlyArray<readonly [BytePath, Signature | undefined]>): void {
			const byFolder = Map.groupBy(pairs, ([at]) => parentOf(at));
			for (const [folder, changes] of byFolder) {
				const base = ancestor(folder);
				const before = new Map(base);
				// A path may be named twice, as when a folder takes a file's place: the last one holds.
				for (const [at, signature] of changes) {
					if (signature === undefined) base.delete(nameOf(at));
					else base.set(nameOf(at), signature);
				}

				const names = new Set(changes.map(([at]) => nameOf(at)));

				saveAncestor(folder, base);
				for (const side of sides) {
					const entries: Entries = new Map(deviations[side].get(folder));
					for (const name of names) {
						const was = before.get(name);
						const now = entries.has(name)
							? entries.get(name)
							: was === undefined
								? undefined
								: {signature: was, size: 0, mtimeMs: 0};
						if (now?.signature === base.get(name)) entries.delete(name);
						else entries.set(name, now);
					}

					saveDeviation(side, folder, entries);
				}
			}
		},
		/** A transaction made this of a path on a side. */
		arrived(side: Side, at: BytePath, entry: Entry | undefined): void {
			const folder = parentOf(at);
			const entries: Entries = new Map(deviations[side].get(folder));
			if (ancestor(folder).get(nameOf(at)) === entry?.signature) entries.delete(nameOf(at));
			else entries.set(nameOf(at), entry);
			saveDeviation(side, folder, entries);
		},
		differences(): Map<BytePath, Difference> {
			const found = new Map<BytePath, Difference>();
			const folders = new Set([...deviations.local.keys(), ...deviations.remote.keys()]);
			for (const folder of folders) {
				const base = ancestor(folder);
				const here = deviations.local.get(folder);
				const there = deviations.remote.get(folder);
				for (const name of new Set([...(here?.keys() ?? []), ...(there?.keys() ?? [])])) {
					const signature = base.get(name);
					const asBase: Entry | undefined =
						signature === undefined ? undefined : {signature, size: 0, mtimeMs: 0};
					found.set(joinPath(folder, name), {
						base: signature,
						local: here?.has(name) ? here.get(name) : asBase,
						remote: there?.has(name) ? there.get(name) : asBase,
					});
				}
			}

			return found;
		},
		/** Files and links of the ancestor. */
		fileCount: () => countFiles.get()!['files'] as number,
		/** True when all that stood at the top, two names at least, is gone from a side. */
		isEmptied(side: Side): boolean {
			const base = ancestor('');
			const entries = deviations[side].get('');
			if (base.size < 2 || entries === undefined) return false;
			return (
				[...base.keys()].every(name => entries.has(name) && entries.get(name) === undefined) &&
				[...entries.values()].every(entry => entry === undefined)
			);
		},
		intend(intents: readonly Intent[]): void {
			for (const {txn, side, path: at, signature} of intents) {
				addIntent.run(txn, side, at, signature ?? null);
			}
		},
		intents: (): Intent[] =>
			listIntents.all().map(row => ({
				txn: row['txn'] as string,
				side: row['side'] as Side,
				path: row['path'] as string,
				signature: (row['signature'] as string | null) ?? undefined,
			})),
		clearIntents: (side: Side) => void clearIntents.run(side),
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
		/** After a full scan: forgets those whose copy is gone from both sides, for they were resolved. */
		pruneConflicts(): void {
			for (const {copy} of ledger.conflicts()) {
				if (sides.every(side => entryAt(side, copy) === undefined)) dropConflict.run(copy);
			}
		},
		transaction<T>(work: () => T): T {
			db.exec('BEGIN IMMEDIATE');
			try {
				const result = work();
				db.exec('COMMIT');
				return result;
			} catch (error) {
				db.exec('ROLLBACK');
				load();
				throw error;
			}
		},
		close: () => db.close(),
	};
	load();
	return ledger;
};
