import {closeSync, openSync, renameSync, rmSync, statfsSync} from 'node:fs';
import path from 'node:path';
import {DatabaseSync} from 'node:sqlite';
import {sqliteCode} from './sqlite-code.ts';

const schema = `
	CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
	CREATE TABLE IF NOT EXISTS agents (id TEXT PRIMARY KEY, agent TEXT NOT NULL, launch TEXT NOT NULL, evidence TEXT NOT NULL);
	CREATE TABLE IF NOT EXISTS events (
		sequence INTEGER PRIMARY KEY,
		at INTEGER NOT NULL,
		event TEXT NOT NULL,
		data TEXT NOT NULL
	);
	CREATE INDEX IF NOT EXISTS events_at ON events (at);
`;

/** Writes everything it keeps; what it yields is called when that is on disk. */
type Rewrite = (handle: DatabaseSync) => () => void;

/**
 * The host's one database. Writing may fail (a full disk, a damaged file); then `problem` says so,
 * nothing more is written until `recover` succeeds, and whoever keeps things here goes on in memory.
 */
export class Database {
	readonly file: string;
	#handle: DatabaseSync | undefined;
	#problem: string | undefined;
	#rewriters: Rewrite[] = [];

	constructor(file: string) {
		this.file = file;
		try {
			this.#handle = this.#open();
		} catch (error) {
			this.#fail(error);
		}
	}

	/** One line for a person while nothing can be written; undefined when all is well. */
	get problem(): string | undefined {
		return this.#problem;
	}

	/** Runs in one transaction; false when it could not be written. */
	write(work: (handle: DatabaseSync) => void): boolean {
		if (this.#handle === undefined || this.#problem !== undefined) return false;
		try {
			this.#transaction(this.#handle, work);
			return true;
		} catch (error) {
			this.#fail(error);
			return false;
		}
	}

	/** Undefined when there is nothing to read from. */
	read<T>(work: (handle: DatabaseSync) => T): T | undefined {
		try {
			return this.#handle && work(this.#handle);
		} catch (error) {
			this.#fail(error);
			return undefined;
		}
	}

	/** What must be written again, whole, once writing works after it did not. */
	onRecover(rewrite: Rewrite): void {
		this.#rewriters.push(rewrite);
	}

	/** Tries to write again. True when it works now. */
	recover(): boolean {
		if (this.#problem === undefined) return true;
		if (!hasSpace(this.file)) return false;
		try {
			this.#handle ??= this.#open();
			const committed: Array<() => void> = [];
			this.#transaction(this.#handle, handle => {
				for (const rewrite of this.#rewriters) committed.push(rewrite(handle));
			});
			this.#problem = undefined;
			for (const settle of committed) settle();
			return true;
		} catch (error) {
			this.#fail(error);
			return false;
		}
	}

	close(): void {
		this.#handle?.close();
		this.#handle = undefined;
	}

	#open(): DatabaseSync {
		try {
			return openChecked(this.file);
		} catch (error) {
			if (sqliteCode(error) !== 'corrupt') throw error;
			// One damaged database is kept for a person to look at, not one for each time.
			for (const suffix of ['', '-wal']) {
				rmSync(`${this.file}.damaged${suffix}`, {force: true});
				try {
					renameSync(this.file + suffix, `${this.file}.damaged${suffix}`);
				} catch {
					// There need not be a log beside it.
				}
			}

			return openChecked(this.file);
		}
	}

	#transaction(handle: DatabaseSync, work: (handle: DatabaseSync) => void): void {
		handle.exec('BEGIN IMMEDIATE');
		try {
			work(handle);
			handle.exec('COMMIT');
		} catch (error) {
			// SQLite has often rolled back by itself already (a full disk).
			if (handle.isTransaction) handle.exec('ROLLBACK');
			throw error;
		}
	}

	#fail(error: unknown): void {
		const code = sqliteCode(error);
		if (code === 'corrupt') {
			try {
				this.#handle?.close();
			} catch {
				// What is damaged may not even close.
			}

			this.#handle = undefined;
		}

		this.#problem =
			code === 'full'
				? `disk full: events and agents are kept in memory only (${this.file})`
				: `cannot write ${this.file}: ${(error as Error).message}; events and agents are kept in memory only`;
	}
}

const openChecked = (file: string): DatabaseSync => {
	closeSync(openSync(file, 'a', 0o600));
	const handle = new DatabaseSync(file, {timeout: 1000});
	try {
		// Exclusive locking keeps the log's index in memory instead of a third, mapped file.
		handle.exec(`
			PRAGMA locking_mode = EXCLUSIVE;
			PRAGMA journal_mode = WAL;
			PRAGMA synchronous = NORMAL;
			PRAGMA journal_size_limit = 4194304;
			PRAGMA cache_size = -4096;
		`);
		const check = handle.prepare('PRAGMA quick_check(1)').get() as {quick_check: string};
		if (check.quick_check !== 'ok') {
			throw Object.assign(new Error(`damaged: ${check.quick_check}`), {errcode: 11});
		}

		if (!isComplete(handle)) handle.exec(schema);
		return handle;
	} catch (error) {
		handle.close();
		throw error;
	}
};

// A few bytes that came free would only be the next event's, and each return costs every console a snapshot.
const hasSpace = (file: string): boolean => {
	try {
		const {bavail, bsize} = statfsSync(path.dirname(file));
		return bavail * bsize > 4 * 1024 * 1024;
	} catch {
		return true;
	}
};

// A full disk must not keep the daemon from reading what is there.
const isComplete = (handle: DatabaseSync): boolean =>
	handle.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'events_at'").get() !== undefined;
