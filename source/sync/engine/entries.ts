import type {Entry, Signature} from '../entry.ts';
import type {BytePath} from '../path.ts';
import type {Entries} from './ledger-tables.ts';

/** The names of both, each once. */
export function* union(a: Entries, b: Entries): Generator<BytePath> {
	yield* a.keys();
	for (const name of b.keys()) if (!a.has(name)) yield name;
}

/** The ancestor of a name becomes another: how a side differs from it is another too. */
export const rebase = (
	entries: Entries,
	name: BytePath,
	was: Signature | undefined,
	base: Signature | undefined,
): void => {
	const asBefore: Entry | undefined =
		was === undefined ? undefined : {signature: was, size: 0, mtimeMs: 0};
	const now = entries.has(name) ? entries.get(name) : asBefore;
	if (now?.signature === base) entries.delete(name);
	else entries.set(name, now);
};
