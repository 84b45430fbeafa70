import {randomBytes} from 'node:crypto';
import {readFileSync} from 'node:fs';
import type {DatabaseSync} from 'node:sqlite';
import {formatEventId, parseEventId, type EventName} from '../../protocol/event.ts';
import type {Database} from '../state/database.ts';
import {MemoryTail} from './memory-tail.ts';

export type JournalEvent = {id: string; event: EventName; data: string};
export type JournalLimits = {rows: number; ageMs: number; bytes: number};

const defaultLimits: JournalLimits = {
	rows: 20_000,
	ageMs: 7 * 24 * 3600 * 1000,
	bytes: 64 * 1024 * 1024,
};
/** Pruning costs more than a row; it may lag this many rows behind. */
const pruneEvery = 256;

/**
 * Every change in order, `EPOCH-SEQ`. The epoch lasts as long as the rows do: a lost database, a
 * restart of the machine (which may have lost rows that were already sent) and a time in which
 * nothing could be written each begin a new one, so that an id never names two events.
 */
export class Journal {
	#database: Database;
	#limits: JournalLimits;
	#now: () => number;
	#epoch = '';
	#sequence = 0;
	#unpruned = 0;
	/** The epoch that lives in memory because the database does not take rows. */
	#memory: MemoryTail | undefined;

	constructor(
		database: Database,
		{limits = {}, now = Date.now}: {limits?: Partial<JournalLimits>; now?: () => number} = {},
	) {
		this.#database = database;
		this.#limits = {...defaultLimits, ...limits};
		this.#now = now;
		let loaded = () => {};
		if (database.write(handle => void (loaded = this.#load(handle)))) loaded();
		else this.#goToMemory();
		database.onRecover(handle => this.#begin(handle));
	}

	get epoch(): string {
		return this.#memory?.epoch ?? this.#epoch;
	}

	get lastId(): string {
		return this.#memory?.lastId ?? formatEventId(this.#epoch, this.#sequence);
	}

	/** The event, journalled; what `alongside` writes stands or falls with it. */
	append(event: EventName, data: string, alongside?: (handle: DatabaseSync) => void): JournalEvent {
		const at = this.#now();
		const written =
			this.#memory === undefined &&
			this.#database.write(handle => {
				handle
					.prepare('INSERT INTO events (sequence, at, event, data) VALUES (?, ?, ?, ?)')
					.run(this.#sequence + 1, at, event, data);
				alongside?.(handle);
			});
		if (!written) {
			this.#goToMemory();
			return this.#memory!.append(event, data);
		}

		this.#sequence++;
		if (++this.#unpruned >= pruneEvery) this.prune();
		return {id: formatEventId(this.#epoch, this.#sequence), event, data};
	}

	/**
	 * The events after `id`, at most `limit` of them, oldest first; undefined when the journal
	 * cannot tell what came after it.
	 */
	after(id: string, limit: number): JournalEvent[] | undefined {
		const from = parseEventId(id);
		if (from === undefined) return undefined;
		if (this.#memory !== undefined && from.epoch === this.#memory.epoch) {
			return this.#memory.after(from.sequence, limit);
		}

		if (from.epoch !== this.#epoch || from.sequence > this.#sequence) return undefined;
		if (from.sequence === this.#sequence) return this.#memory?.after(0, limit) ?? [];
		return this.#database.read(handle => {
			const rows = handle
				.prepare(
					'SELECT sequence, event, data FROM events WHERE sequence > ? ORDER BY sequence LIMIT ?',
				)
				.all(from.sequence, limit) as Array<{sequence: number; event: EventName; data: string}>;
			if (rows[0]?.sequence !== from.sequence + 1) return undefined;
			return rows.map(({sequence, event, data}) => ({
				id: formatEventId(this.#epoch, sequence),
				event,
				data,
			}));
		});
	}

	/** Rows as they are kept, oldest first, beginning behind a sequence number: for a copy of it all. */
	page(
		after: number,
		limit: number,
	): Array<{sequence: number; id: string; at: number; event: string; data: string}> {
		const rows =
			this.#database.read(
				handle =>
					handle
						.prepare(
							'SELECT sequence, at, event, data FROM events WHERE sequence > ? ORDER BY sequence LIMIT ?',
						)
						.all(after, limit) as Array<{
						sequence: number;
						at: number;
						event: string;
						data: string;
					}>,
			) ?? [];
		return rows.map(row => ({...row, id: formatEventId(this.#epoch, row.sequence)}));
	}

	/** Drops what is beyond the limits; the newest row always stays, since it holds the count. */
	prune(): void {
		this.#unpruned = 0;
		const {rows, ageMs, bytes} = this.#limits;
		this.#database.write(handle => {
			handle
				.prepare('DELETE FROM events WHERE sequence <= ? OR (at < ? AND sequence < ?)')
				.run(this.#sequence - rows, this.#now() - ageMs, this.#sequence);
			while (usedBytes(handle) > bytes) {
				const {changes} = handle
					.prepare(
						'DELETE FROM events WHERE sequence < ? AND sequence IN (SELECT sequence FROM events ORDER BY sequence LIMIT (SELECT count(*) / 4 + 1 FROM events))',
					)
					.run(this.#sequence);
				if (changes === 0) break;
			}
		});
	}

	/** How much there is to replay, for `host status`. */
	size(): {events: number; bytes: number} {
		return (
			this.#database.read(handle => ({
				events: Number(handle.prepare('SELECT count(*) AS count FROM events').get()!['count']),
				bytes: usedBytes(handle),
			})) ?? {events: 0, bytes: 0}
		);
	}

	#load(handle: DatabaseSync): () => void {
		const meta = new Map(
			handle
				.prepare('SELECT key, value FROM meta')
				.all()
				.map(row => [row['key'], String(row['value'])]),
		);
		const epoch = meta.get('epoch');
		if (epoch === undefined || meta.get('boot') !== bootId()) return this.#begin(handle);
		const last = handle.prepare('SELECT max(sequence) AS last FROM events').get();
		return () => {
			this.#epoch = epoch;
			this.#sequence = Number(last?.['last'] ?? 0);
		};
	}

	#begin(handle: DatabaseSync): () => void {
		const epoch = newEpoch();
		const set = handle.prepare('INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)');
		handle.exec('DELETE FROM events');
		set.run('epoch', epoch);
		set.run('boot', bootId());
		return () => {
			this.#epoch = epoch;
			this.#sequence = 0;
			this.#memory = undefined;
		};
	}

	#goToMemory(): void {
		this.#memory ??= new MemoryTail(newEpoch());
	}
}

const newEpoch = (): string => randomBytes(6).toString('hex');

const usedBytes = (handle: DatabaseSync): number => {
	const pragma = (name: string) =>
		Number(Object.values(handle.prepare(`PRAGMA ${name}`).get()!)[0]);
	return (pragma('page_count') - pragma('freelist_count')) * pragma('page_size');
};

const bootId = (): string => {
	try {
		return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
	} catch {
		return '';
	}
};
