import fs from 'node:fs';
import path from 'node:path';

/** What a person or a program does to a tree, each in one go but for the slow writes. */
export type UserAction =
	| {kind: 'write' | 'replace' | 'forge' | 'remove' | 'chmod' | 'mkdir' | 'link'; at: number}
	| {kind: 'become-folder' | 'unpack' | 'slow-open'; at: number}
	| {kind: 'move'; at: number; to: number}
	| {kind: 'slow-write'};

/** Few, so that both sides often mean the same one; some of them are hard to spell. */
export const places = [
	'a',
	'b.txt',
	'-rf',
	'new\nline',
	'caf\xE9',
	'd',
	'd/a',
	'd/b.txt',
	'd/e',
	'd/e/a',
	'f',
	'f/a',
	'f/g',
	'f/g/"q"',
];

/** No content is part of another; every other one is too large to travel beside the operations. */
const contentOf = (number: number, largeBytes: number): string => {
	const text = `content-${String(number).padStart(6, '0')}.`;
	return number % 2 === 0 ? text : text.padEnd(largeBytes, text);
};

/** What a file may hold: one content whole, or nothing where a writer truncated it. */
export const isContent = (text: string, {largeBytes}: Debts): boolean =>
	text === '' || text === contentOf(Number(text.slice(8, 14)), largeBytes);

export const smallContent = contentOf(0, 0).length;

/** Which contents someone is owed: written, and never overwritten or deleted by a person. */
export type Debts = {
	owed: Set<string>;
	discarded: Set<string>;
	/** Contents that a person moved or made a program of: where another person discarded them, both meant it. */
	meant: Set<string>;
	/** Inodes that a person unlinked or replaced: what is still written to them is their own loss. */
	unlinked: Set<number>;
	slow: Array<{handle: number; inode: number; content: string}>;
	next: number;
	/** How long every other content is. */
	largeBytes: number;
};

export const createDebts = (largeBytes = 2 * smallContent): Debts => ({
	owed: new Set(),
	discarded: new Set(),
	meant: new Set(),
	unlinked: new Set(),
	slow: [],
	next: 0,
	largeBytes,
});

const native = (root: string, place: string) => Buffer.from(path.posix.join(root, place), 'latin1');

/** Does it where it can be done; where not, nothing happens. */
export const act = (root: string, action: UserAction, debts: Debts): void => {
	const at = (index: number) => native(root, places[index % places.length]!);
	const fresh = () => contentOf(debts.next++, debts.largeBytes);
	const owe = (content: string) => debts.owed.add(content);
	try {
		switch (action.kind) {
			case 'write': {
				const target = at(action.at);
				if (fs.statSync(target, {throwIfNoEntry: false})?.isDirectory()) return;
				discard(target, debts, {unlinks: false});
				const content = fresh();
				fs.writeFileSync(target, content);
				owe(content);
				break;
			}

			case 'replace':
			case 'forge': {
				const target = at(action.at);
				if (fs.lstatSync(target, {throwIfNoEntry: false})?.isDirectory()) return;
				const content = fresh();
				const temporary = Buffer.concat([target, Buffer.from(`.tmp${debts.next}`)]);
				fs.writeFileSync(temporary, content);
				// As `cp -p`, `tar` and `git` do: a new content under an old time.
				if (action.kind === 'forge') fs.utimesSync(temporary, 1_600_000_000, 1_600_000_000);
				discard(target, debts, {unlinks: true});
				fs.renameSync(temporary, target);
				owe(content);
				break;
			}

			case 'remove':
				discard(at(action.at), debts, {unlinks: true});
				fs.rmSync(at(action.at), {recursive: true});
				break;
			case 'chmod':
				fs.chmodSync(at(action.at), fs.statSync(at(action.at)).mode ^ 0o100);
				mean(at(action.at), debts);
				break;
			case 'mkdir':
				fs.mkdirSync(at(action.at));
				break;
			case 'link':
				fs.symlinkSync('b.txt', at(action.at));
				break;
			case 'become-folder': {
				const target = at(action.at);
				if (!fs.lstatSync(target).isFile()) return;
				discard(target, debts, {unlinks: true});
				fs.unlinkSync(target);
				fs.mkdirSync(target);
				const content = fresh();
				fs.writeFileSync(Buffer.concat([target, Buffer.from('/a')]), content);
				owe(content);
				break;
			}

			case 'unpack': {
				const target = at(action.at);
				fs.mkdirSync(target);
				for (const name of ['/a', '/b.txt', '/new']) {
					const content = fresh();
					fs.writeFileSync(Buffer.concat([target, Buffer.from(name)]), content);
					owe(content);
				}

				break;
			}

			case 'move': {
				const [from, to] = [at(action.at), at(action.to)];
				if (from.equals(to) || fs.lstatSync(from, {throwIfNoEntry: false}) === undefined) return;
				const over = fs.lstatSync(to, {throwIfNoEntry: false});
				if (over?.isDirectory()) return;
				const was = over?.isFile() ? fs.readFileSync(to, 'utf8') : undefined;
				mean(from, debts);
				fs.renameSync(from, to);
				if (was !== undefined) forget(was, debts);
				if (over !== undefined) debts.unlinked.add(over.ino);
				break;
			}

			case 'slow-open': {
				const target = at(action.at);
				if (debts.slow.length > 3) return;
				const stat = fs.lstatSync(target, {throwIfNoEntry: false});
				if (stat !== undefined && !stat.isFile()) return;
				discard(target, debts, {unlinks: false});
				const handle = fs.openSync(target, 'w');
				debts.slow.push({handle, inode: fs.fstatSync(handle).ino, content: fresh()});
				break;
			}

			case 'slow-write':
				finishSlowWrite(debts);
				break;
		}
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === undefined) throw error;
	}
};

/** The writer that truncated a file some time ago writes its content, wherever the file is by now. */
export const finishSlowWrite = (debts: Debts): boolean => {
	const writer = debts.slow.shift();
	if (writer === undefined) return false;
	// Whatever was put into the same file meanwhile is overwritten by this writer.
	const was = fs.readFileSync(`/proc/self/fd/${writer.handle}`, 'utf8');
	forget(was, debts);
	fs.ftruncateSync(writer.handle);
	fs.writeSync(writer.handle, writer.content, 0);
	fs.closeSync(writer.handle);
	// Owed unless a person unlinked the file: if it is nowhere any more, the engine lost it.
	if (!debts.unlinked.has(writer.inode)) debts.owed.add(writer.content);
	return true;
};

function mean(target: Buffer, debts: Debts): void {
	const stat = fs.lstatSync(target);
	if (stat.isFile()) debts.meant.add(fs.readFileSync(target, 'utf8'));
	if (!stat.isDirectory()) return;
	for (const name of fs.readdirSync(target, {encoding: 'buffer'})) {
		mean(Buffer.concat([target, Buffer.from('/'), name]), debts);
	}
}

function forget(content: string, debts: Debts): void {
	// A truncated file holds nothing that anyone could miss.
	if (content === '') return;
	debts.owed.delete(content);
	debts.discarded.add(content);
}

function discard(target: Buffer, debts: Debts, {unlinks}: {unlinks: boolean}): void {
	const stat = fs.lstatSync(target, {throwIfNoEntry: false});
	if (stat === undefined) return;
	if (stat.isDirectory()) {
		for (const name of fs.readdirSync(target, {encoding: 'buffer'})) {
			discard(Buffer.concat([target, Buffer.from('/'), name]), debts, {unlinks});
		}
	} else if (stat.isFile()) {
		forget(fs.readFileSync(target, 'utf8'), debts);
		if (unlinks) debts.unlinked.add(stat.ino);
	} else if (stat.isSymbolicLink() && !unlinks) {
		// Writing through a link overwrites what it points at.
		const real = fs.statSync(target, {throwIfNoEntry: false});
		if (real?.isFile()) forget(fs.readFileSync(target, 'utf8'), debts);
	}
}
