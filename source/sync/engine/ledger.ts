import type {Cursor, FolderChange} from '../endpoint/endpoint.ts';
import {isBlocked, isFolder, keptSignature, type Entry, type Signature} from '../entry.ts';
import {joinPath, nameOf, parentOf, type BytePath} from '../path.ts';
import type {Fill} from '../plan/fill.ts';
import {otherSide, sides, type Difference, type Side} from '../plan/operation.ts';
import {openLedgerTables, type Entries} from './ledger-tables.ts';
import {rebase, union} from './entries.ts';

export type {Intent, KnownConflict} from './ledger-tables.ts';

export type Ledger = ReturnType<typeof openLedger>;

type Arrived = ReadonlyArray<readonly [BytePath, Entry | undefined]>;
type Agreed = ReadonlyArray<readonly [BytePath, Signature | undefined]>;

/**
 * The laptop's book of one rule: the ancestor (what was last known alike on both sides), in what
 * each side differs from it, and what was under way. Only which folders differ is held in memory.
 */
export const openLedger = (file: string) => {
	const tables = openLedgerTables(file);
	const {ancestor} = tables;
	const deviating: Record<Side, Set<BytePath>> = {local: new Set(), remote: new Set()};

	const load = () => {
		for (const side of sides) deviating[side].clear();
		for (const {side, folder} of tables.deviatingFolders()) deviating[side].add(folder);
	};

	const deviation = (side: Side, folder: BytePath): Entries =>
		deviating[side].has(folder) ? tables.deviation(side, folder) : new Map();

	const saveAncestor = (folder: BytePath, children: Map<BytePath, Signature>): void => {
		let files = 0;
		for (const signature of children.values()) {
			if (!isFolder(signature) && signature !== keptSignature) files++;
		}

		tables.saveAncestor(folder, files, children);
	};

	const saveDeviation = (side: Side, folder: BytePath, entries: Entries): void => {
		if (entries.size === 0) {
			if (deviating[side].delete(folder)) tables.dropDeviation(side, folder);
			return;
		}

		deviating[side].add(folder);
		tables.saveDeviation(side, folder, entries);
	};

	const entryAt = (side: Side, at: BytePath): Entry | undefined => {
		const entries = deviation(side, parentOf(at));
		if (entries.has(nameOf(at))) return entries.get(nameOf(at));
		const signature = ancestor(parentOf(at)).get(nameOf(at));
		return signature === undefined || signature === keptSignature
			? undefined
			: {signature, size: 0, mtimeMs: 0};
	};

	/**
	 * A transaction made this of paths on a side (`arrived`), and by it paths became alike (`agreed`):
	 * the ancestor is what they are now; undefined for nothing. Where one is named twice, as when a
	 * folder takes a file's place, the last holds.
	 */
	const settle = (side: Side, arrived: Arrived, agreed: Agreed): void => {
		const arrivedIn = Map.groupBy(arrived, ([at]) => parentOf(at));
		const agreedIn = Map.groupBy(agreed, ([at]) => parentOf(at));
		for (const folder of new Set([...arrivedIn.keys(), ...agreedIn.keys()])) {
			const before = ancestor(folder);
			const entries = {local: deviation('local', folder), remote: deviation('remote', folder)};
			for (const [at, entry] of arrivedIn.get(folder) ?? []) {
				const name = nameOf(at);
				if (before.get(name) === entry?.signature) entries[side].delete(name);
				else entries[side].set(name, entry);
			}

			const changes = agreedIn.get(folder);
			if (changes !== undefined) {
				const base = new Map(before);
				for (const [at, signature] of changes) {
					if (signature === undefined) base.delete(nameOf(at));
					else base.set(nameOf(at), signature);
				}

				saveAncestor(folder, base);
				for (const name of new Set(changes.map(([at]) => nameOf(at)))) {
					for (const each of sides) rebase(entries[each], name, before.get(name), base.get(name));
				}
			}

			for (const each of sides) saveDeviation(each, folder, entries[each]);
		}
	};

	/** A folder that was new to a side has these files, as the other side has them. */
	const fill = (side: Side, {path: folder, files}: Fill): void => {
		const base = ancestor(folder);
		const own = deviation(side, folder);
		const other = deviation(otherSide(side), folder);
		for (const [name, signature] of files) {
			own.delete(name);
			rebase(other, name, base.get(name), signature);
			base.set(name, signature);
		}

		saveAncestor(folder, base);
		saveDeviation(side, folder, own);
		saveDeviation(otherSide(side), folder, other);
	};

	load();
	return {
		meta: tables.meta,
		setMeta: tables.setMeta,
		fileCount: tables.fileCount,
		/** False while nothing is known to be alike. */
		hasAncestor: tables.hasAncestor,
		/** True where a side is not as the ancestor. */
		differs: (side: Side): boolean => deviating[side].size > 0,
		intend: tables.intend,
		intents: tables.intents,
		clearIntents: tables.clearIntents,
		forgetIntents: tables.forgetIntents,
		addConflict: tables.addConflict,
		conflicts: tables.conflicts,
		dropConflict: tables.dropConflict,
		close: tables.close,
		/** Reads again what another process may have changed since. */
		reload: load,
		cursor(side: Side): Cursor | undefined {
			const text = tables.meta(`cursor-${side}`);
			return text === undefined ? undefined : (JSON.parse(text) as Cursor);
		},
		setCursor: (side: Side, cursor: Cursor) =>
			tables.setMeta(`cursor-${side}`, JSON.stringify(cursor)),
		/**
		 * Takes over how folders of a side are now. What the other side has alike is agreed at once,
		 * so that two large trees that are the same need no plan.
		 */
		apply(side: Side, folders: readonly FolderChange[]): void {
			for (const {path: folder, entries} of folders) {
				const base = ancestor(folder);
				const gone = new Set(base.keys());
				const opposite = deviation(otherSide(side), folder);
				const differing: Entries = new Map();
				let alike = 0;
				for (const [name, signature, size, mtimeMs] of entries ?? []) {
					gone.delete(name);
					if (base.get(name) === signature) continue;
					if (opposite.get(name)?.signature === signature && !isBlocked(signature)) {
						base.set(name, signature);
						opposite.delete(name);
						alike++;
					} else differing.set(name, {signature, size, mtimeMs});
				}

				for (const name of gone) differing.set(name, undefined);
				if (alike > 0) {
					saveAncestor(folder, base);
					saveDeviation(otherSide(side), folder, opposite);
				}

				saveDeviation(side, folder, differing);
			}
		},
		/** Forgets how a side differs: everything is told anew. Yields the folders that the ancestor knows. */
		reset(side: Side): Set<BytePath> {
			deviating[side].clear();
			tables.clearDeviations(side);
			return new Set(tables.ancestorFolders());
		},
		/** True where something in the folder is known of this side. */
		hasRead: (side: Side, folder: BytePath): boolean =>
			deviating[side].has(folder) || ancestor(folder).size > 0,
		/** The names of a folder that both sides were last known to have alike. */
		alikeIn: (folder: BytePath): Iterable<BytePath> => ancestor(folder).keys(),
		/** What stands there on a side, as far as was heard. */
		entryAt,
		/** The paths become alike: the ancestor is what they are now; undefined for nothing. */
		agree: (agreed: Agreed): void => settle('local', [], agreed),
		settle,
		fill,
		differences(): Map<BytePath, Difference> {
			const found = new Map<BytePath, Difference>();
			const folders = new Set([...deviating.local, ...deviating.remote]);
			for (const folder of folders) {
				const base = ancestor(folder);
				const here = deviation('local', folder);
				const there = deviation('remote', folder);
				for (const name of union(here, there)) {
					const signature = base.get(name);
					const asBase: Entry | undefined =
						signature === undefined ? undefined : {signature, size: 0, mtimeMs: 0};
					found.set(joinPath(folder, name), {
						base: signature,
						local: here.has(name) ? here.get(name) : asBase,
						remote: there.has(name) ? there.get(name) : asBase,
					});
				}
			}

			return found;
		},
		/** True when all that stood at the top, two names at least, is gone from a side. */
		isEmptied(side: Side): boolean {
			const base = ancestor('');
			const entries = deviation(side, '');
			if (base.size < 2 || entries.size === 0) return false;
			return (
				[...base.keys()].every(name => entries.has(name) && entries.get(name) === undefined) &&
				[...entries.values()].every(entry => entry === undefined)
			);
		},
		/** After a full scan: forgets those whose copy is gone from both sides, for they were resolved. */
		pruneConflicts(): void {
			for (const {copy} of tables.conflicts()) {
				if (sides.every(side => entryAt(side, copy) === undefined)) tables.dropConflict(copy);
			}
		},
		transaction<T>(work: () => T): T {
			tables.begin();
			try {
				const result = work();
				tables.commit();
				return result;
			} catch (error) {
				tables.rollback();
				load();
				throw error;
			}
		},
	};
};
