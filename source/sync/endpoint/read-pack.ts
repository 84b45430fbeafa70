import {closeSync, constants, openSync, readSync} from 'node:fs';
import {FleetError} from '../../errors.ts';
import {isFile} from '../entry.ts';
import type {EndpointContext} from './context.ts';
import type {StepFile} from '../plan/fill.ts';
import type {Pack} from './endpoint.ts';
import {followed} from './followed.ts';
import {openFolders} from './folders.ts';
import type {KeptContents} from './kept-contents.ts';
import {mostPackBytes, packBytes, type Coding} from './pack.ts';

const flags = constants.O_RDONLY | constants.O_NONBLOCK;

// Kept from one call to the next: a piece is megabytes, and is copied or squeezed before it leaves.
let room = Buffer.alloc(0);

/**
 * Files as they are now, one behind the other. Not hashed here, nor looked at twice: the scan's
 * stable read gave the signature that whoever stages them checks what arrived against, so bytes
 * that are torn or another file's come to nothing there. A file of another size is left out.
 */
export const readPack = (
	context: EndpointContext,
	items: readonly StepFile[],
	codings: readonly Coding[] | undefined,
	kept: KeptContents,
): Pack => {
	const total = items.reduce((sum, {size}) => sum + size, 0);
	if (total > mostPackBytes) throw new FleetError('usage', 'more than one piece may hold');
	if (room.length <= total) room = Buffer.allocUnsafeSlow(total + 1);
	const of: number[] = [];
	const follow = context.settings.dereferenceSymlinks;
	const folders = openFolders(context.root);
	let at = 0;
	try {
		for (const [index, item] of items.entries()) {
			if (!isFile(item.signature)) continue;
			if (context.matcher.verdictFromRoot(item.path, false) !== 'keep') continue;
			context.step('read content');
			folders.trim();
			if (kept.take(item, room, at)) {
				at += item.size;
				of.push(index);
				continue;
			}

			try {
				const file = follow ? followed(context, item.path) : folders.reach(item.path);
				const handle = openSync(file, follow ? flags : flags | constants.O_NOFOLLOW);
				try {
					// A byte more than it should have, to see where it grew.
					if (readFully(handle, at, item.size + 1) !== item.size) continue;
				} finally {
					closeSync(handle);
				}

				at += item.size;
				of.push(index);
			} catch (error) {
				if ((error as NodeJS.ErrnoException).code === undefined) throw error;
			}
		}
	} finally {
		folders.close();
	}

	return {of, ...packBytes(room.subarray(0, at), codings)};
};

function readFully(handle: number, at: number, length: number): number {
	let got = 0;
	while (got < length) {
		const more = readSync(handle, room, at + got, length - got, null);
		if (more === 0) break;
		got += more;
	}

	return got;
}
