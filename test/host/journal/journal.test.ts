import {existsSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {DatabaseSync} from 'node:sqlite';
import {expect, onTestFinished, test} from 'vitest';
import {Journal, type JournalLimits} from '../../../source/host/journal/journal.ts';
import {Database} from '../../../source/host/state/database.ts';

const newFile = (): string => {
	const folder = mkdtempSync('/tmp/fj-');
	onTestFinished(() => rmSync(folder, {recursive: true, force: true}));
	return path.join(folder, 'host.db');
};

const open = (file = newFile(), limits: Partial<JournalLimits> = {}, now = Date.now) => {
	const database = new Database(file);
	onTestFinished(() => database.close());
	return {file, database, journal: new Journal(database, {limits, now})};
};

const append = (journal: Journal, ...data: string[]): string[] =>
	data.map(one => journal.append('agent.updated', one).id);

const dataAfter = (journal: Journal, id: string, limit = 1000): string[] | undefined =>
	journal.after(id, limit)?.map(({data}) => data);

/** What a full disk does: no page more than there are. */
const fill = (database: Database): void =>
	void database.read(handle => handle.exec('PRAGMA max_page_count = 1'));
const allowWriting = (database: Database, allow: boolean): void =>
	void database.read(handle => handle.exec(`PRAGMA query_only = ${allow ? 0 : 1}`));

test('ids go on across a restart, and replay begins behind any of them', () => {
	const {file, database, journal} = open();
	const start = journal.lastId;
	const ids = append(journal, 'a', 'b', 'c');
	database.close();
	const next = open(file).journal;
	expect(next.lastId).toBe(ids[2]);
	expect(dataAfter(next, start)).toEqual(['a', 'b', 'c']);
	expect(dataAfter(next, ids[1]!)).toEqual(['c']);
	expect(dataAfter(next, ids[2]!)).toEqual([]);
	expect(dataAfter(next, start, 2)).toEqual(['a', 'b']);
	expect(append(next, 'd')[0]).toBe(`${journal.epoch}-4`);
});

test('what came after an id of another epoch, of the future or of nonsense is not known', () => {
	const {journal} = open();
	append(journal, 'a');
	for (const id of ['other-1', `${journal.epoch}-2`, 'nonsense', `${journal.epoch}-x`, '']) {
		expect(journal.after(id, 10)).toBeUndefined();
	}
});

test('a lost database begins a new epoch', () => {
	const {journal} = open();
	expect(open().journal.epoch).not.toBe(journal.epoch);
});

test('rows beyond the limit go, and their ids are not known any more', () => {
	const {journal} = open(newFile(), {rows: 10});
	const ids = append(journal, ...Array.from({length: 600}, (_, index) => String(index)));
	journal.prune();
	expect(journal.size().events).toBe(10);
	expect(dataAfter(journal, ids[588]!)).toBeUndefined();
	expect(dataAfter(journal, ids[589]!)).toHaveLength(10);
});

test('old rows go, and the count goes on from the last of them', () => {
	let now = 1000;
	const {file, database, journal} = open(newFile(), {ageMs: 5000}, () => now);
	const ids = append(journal, 'a', 'b');
	now = 10_000;
	journal.prune();
	database.close();
	const next = open(file).journal;
	expect(next.lastId).toBe(ids[1]);
	expect(dataAfter(next, ids[0]!)).toEqual(['b']);
});

test('large rows are bounded by their bytes', () => {
	const {journal} = open(newFile(), {bytes: 1024 * 1024});
	append(journal, ...Array.from({length: 300}, () => 'x'.repeat(10_000)));
	journal.prune();
	expect(journal.size().bytes).toBeLessThanOrEqual(1024 * 1024);
	expect(journal.size().events).toBeGreaterThan(10);
});

test('on a full disk events go on in memory under another epoch, and nothing is missed', () => {
	const {database, journal} = open();
	const [first, second] = append(journal, 'a', 'b');
	fill(database);
	const large = 'c'.repeat(20_000);
	const [third] = append(journal, large);
	expect(database.problem).toContain('disk full');
	expect(third!.split('-')[0]).not.toBe(first!.split('-')[0]);
	const seen: string[] = [];
	for (let id = first!; ;) {
		const page = journal.after(id, 1)!;
		if (page.length === 0) break;
		seen.push(page[0]!.data);
		id = page[0]!.id;
	}

	expect(seen).toEqual(['b', large]);
	expect(dataAfter(journal, second!)).toEqual([large]);
});

test('when writing works again the journal begins a new epoch on disk', () => {
	const {file, database, journal} = open();
	const [first] = append(journal, 'a');
	allowWriting(database, false);
	const [lost] = append(journal, 'b');
	expect(database.recover()).toBe(false);
	expect(journal.lastId).toBe(lost);
	allowWriting(database, true);
	expect(database.recover()).toBe(true);
	expect(database.problem).toBeUndefined();
	expect(journal.after(first!, 1)).toBeUndefined();
	expect(journal.after(lost!, 1)).toBeUndefined();
	const start = journal.lastId;
	const [next] = append(journal, 'c');
	database.close();
	const reopened = open(file).journal;
	expect(reopened.lastId).toBe(next);
	expect(dataAfter(reopened, start)).toEqual(['c']);
});

test('a daemon that ended while the disk was full leaves no id that the next one uses again', () => {
	const {file, database, journal} = open();
	append(journal, 'a');
	fill(database);
	const [unsaved] = append(journal, 'b'.repeat(20_000));
	database.close();
	const next = open(file).journal;
	expect(next.after(unsaved!, 1)).toBeUndefined();
	expect(append(next, 'c')[0]).not.toBe(unsaved);
});

test('memory keeps the newest of very many events', () => {
	const {database, journal} = open();
	fill(database);
	const ids = append(journal, ...Array.from({length: 25_000}, () => 'x'.repeat(20_000)));
	expect(journal.after(ids[0]!, 1)).toBeUndefined();
	expect(journal.after(ids.at(-10)!, 100)).toHaveLength(9);
});

test('a damaged database is set aside, kept once, and a new one begun', () => {
	const file = newFile();
	for (const content of ['no database at all'.repeat(100), 'again'.repeat(1000)]) {
		writeFileSync(file, content);
		const {database, journal} = open(file);
		expect(database.problem).toBeUndefined();
		expect(append(journal, 'a')[0]).toBe(`${journal.epoch}-1`);
		expect(existsSync(`${file}.damaged`)).toBe(true);
		database.close();
	}
});

test('a file system that takes no write at all keeps the daemon in memory', () => {
	const {database, journal} = open('/proc/host.db');
	expect(database.problem).toContain('/proc/host.db');
	const start = journal.lastId;
	append(journal, 'a');
	expect(dataAfter(journal, start)).toEqual(['a']);
});

test('after the machine was started again the epoch is another', () => {
	const {file, database, journal} = open();
	const [id] = append(journal, 'a');
	database.close();
	const handle = new DatabaseSync(file);
	handle.exec("UPDATE meta SET value = 'an earlier boot' WHERE key = 'boot'");
	handle.close();
	expect(open(file).journal.after(id!, 1)).toBeUndefined();
});
