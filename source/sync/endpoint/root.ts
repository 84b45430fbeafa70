import {
	existsSync,
	mkdirSync,
	readdirSync,
	realpathSync,
	rmSync,
	statSync,
	statfsSync,
	writeFileSync,
} from 'node:fs';
import {expandHome} from '../../config/paths.ts';
import {FleetError} from '../../errors.ts';
import {bytePath, nativePath, parentOf, type BytePath} from '../path.ts';
import type {WorkArea} from './work-area.ts';

/** The root with `~` as this side's home and its own links resolved; what stands there decides the rest. */
export const locateRoot = (
	text: string,
	{create}: {create: boolean},
): {state: 'ready' | 'missing' | 'not-a-folder'; root: BytePath} => {
	const named = bytePath(expandHome(text));
	const stat = statSync(nativePath(named), {throwIfNoEntry: false});
	if (stat === undefined) {
		if (!create) return {state: 'missing', root: named};
		try {
			makeRoot(named);
		} catch (error) {
			throw new FleetError('failed', `cannot make ${text}: ${(error as Error).message}`, {
				cause: error,
			});
		}
	} else if (!stat.isDirectory()) return {state: 'not-a-folder', root: named};

	return {state: 'ready', root: realpathSync(nativePath(named), {encoding: 'latin1'})};
};

// Not mkdir's own `recursive`: Node never comes back from it where nothing can be made (/proc, an automounter's folder).
const makeRoot = (folder: BytePath): void => {
	if (folder === '' || existsSync(nativePath(folder))) return;
	makeRoot(parentOf(folder));
	try {
		mkdirSync(nativePath(folder));
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
	}
};

// A capital letter, and the same letter in another Unicode form: each alone is folded somewhere.
const probes = [
	['probe-a', 'PROBE-A'],
	['probe-\u00E9', 'probe-e\u0301'],
] as const;

/** True where the file system takes one name for another: asked by making one and looking for the other. */
export const foldsNames = (area: WorkArea): boolean =>
	probes.some(([made, other]) => {
		const probe = nativePath(`${area.stage}/${bytePath(made)}`);
		writeFileSync(probe, '');
		const folds =
			statSync(nativePath(`${area.stage}/${bytePath(other)}`), {throwIfNoEntry: false}) !==
			undefined;
		rmSync(probe);
		return folds;
	});

export const freeBytes = (root: BytePath): number => {
	const {bavail, bsize} = statfsSync(nativePath(root));
	return bavail * bsize;
};

/** True when nothing but sync's own folder is in the root. */
export const isBare = (root: BytePath, own: string): boolean =>
	readdirSync(nativePath(root), {encoding: 'latin1'}).every(name => name === own);
