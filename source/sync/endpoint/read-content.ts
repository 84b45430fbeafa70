import {isFile, sameContent, type Signature} from '../entry.ts';
import type {BytePath} from '../path.ts';
import type {EndpointContext} from './context.ts';
import type {Content} from './endpoint.ts';
import {followed} from './followed.ts';
import {openFolders} from './folders.ts';
import {readStable} from './read-stable.ts';

/**
 * The files' bytes, each from a read that found the content that is asked for; a file that is
 * another by now, or whose turn comes after `limit` bytes, is missing from the answer.
 */
export const readContent = (
	context: EndpointContext,
	items: ReadonlyArray<{path: BytePath; signature: Signature}>,
	limit: number,
): Content[] => {
	const found: Content[] = [];
	const follow = context.settings.dereferenceSymlinks;
	const folders = openFolders(context.root);
	let total = 0;
	try {
		for (const {path, signature} of items) {
			if (!isFile(signature) || total >= limit) continue;
			if (context.matcher.verdictFromRoot(path, false) !== 'keep') continue;
			context.step('read content');
			folders.trim();
			try {
				const parts: Buffer[] = [];
				const file = follow ? followed(context, path) : folders.reach(path);
				const read = readStable(file, {keep: bytes => parts.push(Buffer.from(bytes)), follow});
				const bytes = Buffer.concat(parts);
				if (!sameContent(read?.signature, signature) || total + bytes.length > limit) continue;
				total += bytes.length;
				found.push({path, signature, bytes});
			} catch (error) {
				if ((error as NodeJS.ErrnoException).code === undefined) throw error;
			}
		}
	} finally {
		folders.close();
	}

	return found;
};
