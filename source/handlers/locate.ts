import {realpath} from 'node:fs/promises';
import path from 'node:path';
import type {SyncRule} from '../config/config.ts';
import {
	below,
	mapPath,
	normalHostPath,
	type Mapped,
	type MappedRoot,
	type Unmapped,
} from './mapping.ts';

export type LocateOptions = {
	rules: readonly SyncRule[];
	/** The host's own answer to where a path really is, `~` and symlinks resolved; null when it is nowhere. */
	resolveOnHost(file: string): Promise<string | null>;
	isExcluded(rule: SyncRule, relative: string): boolean;
};

/** The rules as pairs of real folders. A folder that is not there yet on either side maps nothing. */
export const mappedRoots = async ({
	rules,
	resolveOnHost,
	isExcluded,
}: LocateOptions): Promise<MappedRoot[]> => {
	const roots = await Promise.all(
		rules.map(async (rule): Promise<MappedRoot[]> => {
			const [local, remote] = await Promise.all([
				realpath(rule.local).catch(() => null),
				resolveOnHost(rule.remote),
			]);
			const host = remote === null ? undefined : normalHostPath(remote);
			if (local === null || host === undefined) return [];
			return [
				{
					local,
					host,
					isExcluded: relative => isExcluded(rule, relative),
					hostWritesGit: rule.direction === 'bidi' && rule.git === 'include',
				},
			];
		}),
	);
	return roots.flat();
};

/**
 * A host path on this laptop, followed through the laptop's own symlinks. The host can write
 * symlinks into a synced folder: one that leads out of it maps nowhere.
 */
export const locate = async (
	hostPath: string,
	roots: readonly MappedRoot[],
): Promise<Mapped | Unmapped> => {
	const found = mapPath(hostPath, roots);
	if ('unmapped' in found) return found;
	const real = await realOrFuture(found.local);
	return below(found.root.local, real) === undefined
		? {unmapped: 'a symlink leads out of the synced folder'}
		: {...found, local: real};
};

/** The real path, or for what does not exist yet, its nearest real folder with the rest appended. */
const realOrFuture = async (file: string): Promise<string> => {
	try {
		return await realpath(file);
	} catch (error) {
		const parent = path.dirname(file);
		if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || parent === file) throw error;
		return path.join(await realOrFuture(parent), path.basename(file));
	}
};
