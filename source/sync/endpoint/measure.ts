import {lstatSync, statSync} from 'node:fs';
import type {BytePath} from '../path.ts';
import type {EndpointContext} from './context.ts';
import type {Measure} from './endpoint.ts';
import {followed} from './followed.ts';
import {openFolders} from './folders.ts';

/** How large files of the rule are, and of when; undefined where there is none by now. */
export const measure = (
	context: EndpointContext,
	paths: readonly BytePath[],
): Array<Measure | undefined> => {
	const follow = context.settings.dereferenceSymlinks;
	const folders = openFolders(context.root);
	try {
		return paths.map(path => {
			folders.trim();
			try {
				const stat = follow ? statSync(followed(context, path)) : lstatSync(folders.reach(path));
				return stat.isFile() ? {size: stat.size, mtimeMs: stat.mtimeMs} : undefined;
			} catch (error) {
				if ((error as NodeJS.ErrnoException).code === undefined) throw error;
				return undefined;
			}
		});
	} finally {
		folders.close();
	}
};
