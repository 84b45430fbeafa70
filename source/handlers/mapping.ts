import path from 'node:path';

/** One sync rule as a pair of absolute folders, links resolved on each side. */
export type MappedRoot = {
	local: string;
	host: string;
	/** Whether the rule leaves this path (relative to its root, `/` between names) out of the sync. */
	isExcluded(relative: string): boolean;
	/** The host writes into this folder's `.git`, so what git is told there is the host's word. */
	hostWritesGit: boolean;
};

export type Mapped = {root: MappedRoot; local: string; relative: string};
export type Unmapped = {unmapped: string};

/** A host path as it is compared: absolute, `.`, `..` and doubled slashes resolved; undefined for what is none. */
export const normalHostPath = (file: string): string | undefined => {
	if (!file.startsWith('/') || /[\p{Cc}\p{Cs}]/u.test(file)) return undefined;
	const normal = path.posix.normalize(file);
	return normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal;
};

/** The path below a folder: '' for the folder itself, undefined outside of it. */
export const below = (folder: string, file: string): string | undefined => {
	if (file === folder) return '';
	const prefix = folder.endsWith('/') ? folder : `${folder}/`;
	return file.startsWith(prefix) ? file.slice(prefix.length) : undefined;
};

/**
 * Where a path of the host lies on the laptop. The longest root wins, and decides alone: what it
 * excludes is not looked for in a shorter one, because there the laptop's file would be another file.
 */
export const mapPath = (hostPath: string, roots: readonly MappedRoot[]): Mapped | Unmapped => {
	const file = normalHostPath(hostPath);
	if (file === undefined) return {unmapped: 'it is not an absolute path'};
	let best: {root: MappedRoot; relative: string} | undefined;
	for (const root of roots) {
		const relative = below(root.host, file);
		if (relative === undefined) continue;
		if (best === undefined || root.host.length > best.root.host.length) best = {root, relative};
	}

	if (best === undefined) return {unmapped: 'no sync rule maps it'};
	const {root, relative} = best;
	if (relative !== '' && root.isExcluded(relative)) {
		return {unmapped: 'the sync rule excludes it'};
	}

	return {root, relative, local: relative === '' ? root.local : path.join(root.local, relative)};
};
