import {joinPath, nativePath, parentOf, type BytePath} from '../../path.ts';
import type {EndpointContext} from '../context.ts';
import {lstatOf} from './stat-of.ts';
import {visitFolder} from './visit-folder.ts';
import type {ScanProgress, ScanRequest, ScanResult, Walk} from './walk.ts';

/**
 * Brings what the store knows of the tree up to date. What has the metadata that it had when it
 * was hashed is not read again; nothing outside the root is, and no link is followed unless the
 * rule says so.
 */
export const scan = (
	context: EndpointContext,
	clock: () => number,
	request: ScanRequest,
	onProgress?: ScanProgress,
): ScanResult => {
	const {store} = context;
	const walk: Walk = {
		context,
		clock,
		sequence: store.sequence() + 1,
		changed: false,
		unsettled: new Set(),
		postponed: new Set(),
		room: request.mostNew ?? Number.POSITIVE_INFINITY,
		fresh: [],
		files: 0,
		hashedBytes: 0,
		written: 0,
		trustRacy: request.trustRacy === true,
		keep: request.keep,
		onProgress,
	};
	store.begin();
	try {
		if (request.full) visitFolder(walk, '', true);
		else for (const folder of nearestKnown(walk, request.folders)) visitFolder(walk, folder, false);
		if (walk.changed) store.setSequence(walk.sequence);
		store.commit();
	} catch (error) {
		store.rollback();
		throw error;
	}

	return {
		sequence: store.sequence(),
		unsettled: [...walk.unsettled],
		postponed: [...walk.postponed],
		fresh: walk.fresh,
		files: walk.files,
		hashedBytes: walk.hashedBytes,
	};
};

/** A folder that is new, gone or no folder any more is seen from the nearest one that is there. */
function nearestKnown({context}: Walk, folders: readonly BytePath[]): Set<BytePath> {
	const found = new Set<BytePath>();
	for (const folder of folders) {
		let at = folder;
		while (at !== '' && !(context.store.folder(at) !== undefined && isRealFolder(context, at))) {
			at = parentOf(at);
		}

		found.add(at);
	}

	return found;
}

function isRealFolder({root}: EndpointContext, folder: BytePath): boolean {
	for (let at = folder; at !== ''; at = parentOf(at)) {
		const stat = lstatOf(nativePath(joinPath(root, at)));
		if (stat?.isDirectory() !== true) return false;
	}

	return true;
}
