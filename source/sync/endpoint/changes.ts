import {toTheEnd, type ChangesPage, type Cursor} from './endpoint.ts';
import type {EndpointStore} from './store.ts';

// About a megabyte of entries of a usual tree.
const entriesPerPage = 12_000;
const foldersPerPage = 2000;

/**
 * What changed since the cursor, in pages; everything where the cursor is of another database. A
 * page has at most `mostEntries`, and may be empty, or one folder where that has more.
 */
export const pageOfChanges = (
	store: EndpointStore,
	since: Cursor | undefined,
	mostEntries = entriesPerPage,
): ChangesPage => {
	const known = since?.epoch === store.epoch && since.sequence <= store.sequence();
	const after = known ? since : {sequence: 0, path: ''};
	// Whoever knows a sequence to its end has no more need to hear what went before it.
	if (known && since.path === toTheEnd) store.forgetGone(since.sequence);
	const rows = store.changed(after, foldersPerPage + 1);
	let entries = 0;
	let count = 0;
	while (count < Math.min(rows.length, foldersPerPage) && entries < mostEntries) {
		entries += rows[count]!.seen?.children.length ?? 0;
		// A large folder that comes first may have its page, but not where a small one was asked for.
		if (entries > mostEntries && (count > 0 || mostEntries < entriesPerPage)) break;
		count++;
	}

	const more = count < rows.length;
	const last = rows[count - 1];
	return {
		reset: !known,
		folders: rows.slice(0, count).map(({path, seen}) => ({
			path,
			entries: seen?.children.map(([name, signature, size, mtimeMs]) => [
				name,
				signature,
				size,
				mtimeMs,
			]),
		})),
		cursor: {
			epoch: store.epoch,
			...(more
				? {sequence: (last ?? after).sequence, path: (last ?? after).path}
				: {sequence: store.sequence(), path: toTheEnd}),
		},
		more,
	};
};
