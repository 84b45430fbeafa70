import {toTheEnd, type ChangesPage, type Cursor, type FolderChange} from './endpoint.ts';
import type {EndpointStore} from './store.ts';

// Half a megabyte of entries of a usual tree: a thread holds several copies of a page.
const entriesPerPage = 6000;
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
	const folders: FolderChange[] = [];
	let entries = 0;
	let last = after;
	let more = false;
	for (const {path, sequence, seen} of store.changed(after)) {
		const entriesBefore = entries;
		entries += seen?.children.length ?? 0;
		// A large folder that comes first may have its page, but not where a small one was asked for.
		const isTooMuch = entries > mostEntries && (folders.length > 0 || mostEntries < entriesPerPage);
		more = isTooMuch || entriesBefore >= mostEntries || folders.length >= foldersPerPage;
		if (more) break;
		folders.push({
			path,
			entries: seen?.children.map(([name, signature, size, mtimeMs]) => [
				name,
				signature,
				size,
				mtimeMs,
			]),
		});
		last = {sequence, path};
	}

	return {
		reset: !known,
		folders,
		cursor: {
			epoch: store.epoch,
			...(more ? last : {sequence: store.sequence(), path: toTheEnd}),
		},
		more,
	};
};
