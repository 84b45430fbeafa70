import {lstatSync, statSync, type Stats} from 'node:fs';

/** The entry's own metadata; undefined where there is none, also because something above it is no folder. */
export const lstatOf = (path: string | Buffer): Stats | undefined =>
	unlessGone(() => lstatSync(path, {throwIfNoEntry: false}));

/** The same, of what links lead to. */
export const statOf = (path: string | Buffer): Stats | undefined =>
	unlessGone(() => statSync(path, {throwIfNoEntry: false}));

/** Node takes ENOENT alone for no entry. */
const unlessGone = (stat: () => Stats | undefined): Stats | undefined => {
	try {
		return stat();
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return undefined;
		throw error;
	}
};
