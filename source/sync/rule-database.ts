import path from 'node:path';
import {DatabaseSync} from 'node:sqlite';
import {makePrivateFolder} from '../config/private-folder.ts';

export type RuleDatabase = {
	db: DatabaseSync;
	/** Single values, by name. */
	meta(key: string): string | undefined;
	setMeta(key: string, value: string): void;
};

// A checkpoint waits for the disk, and for all that was written to the tree: not every four megabytes.
const pragmas = `
	PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 4000;
`;

const metaTable = `
	CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
`;

/**
 * Opens what one side keeps of a rule, and makes its tables where they are not there. A process that
 * dies loses nothing that was written; a power cut at most the newest rows.
 */
export const openRuleDatabase = (file: string, tables: string): RuleDatabase => {
	makePrivateFolder(path.dirname(file));
	const db = new DatabaseSync(file, {timeout: 10_000});
	db.exec(pragmas);
	db.exec(metaTable + tables);
	const getMeta = db.prepare('SELECT value FROM meta WHERE key = ?');
	const setMeta = db.prepare('INSERT OR REPLACE INTO meta VALUES (?, ?)');
	return {
		db,
		meta: key => getMeta.get(key)?.['value'] as string | undefined,
		setMeta: (key, value) => void setMeta.run(key, value),
	};
};
