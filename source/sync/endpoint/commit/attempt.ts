import {parentOf, type BytePath} from '../../path.ts';
import type {OperationResult} from '../endpoint.ts';
import type {Folders} from '../folders.ts';
import type {Act} from './outcome.ts';

/** Does a step at a path; what the file system says against it becomes the step's result. */
export const attempt = (folders: Folders, path: BytePath, act: Act): OperationResult => {
	try {
		return {path, ...act()} as OperationResult;
	} catch (error) {
		const code = (error as NodeJS.ErrnoException).code;
		if (code === undefined) throw error;
		if (code === 'ENOENT' || code === 'EEXIST' || code === 'EISDIR') return {path, status: 'stale'};
		if (code === 'ENOTDIR' || code === 'ELOOP') {
			// What stands above it was a folder to the plan: a link, or a file, took its place.
			folders.forget(parentOf(path));
			return {path, status: 'stale'};
		}

		return {path, status: 'failed', code};
	}
};
