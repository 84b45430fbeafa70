import {readdirSync, readFileSync, statSync} from 'node:fs';
import {joinPath, nativePath, parentOf, type BytePath} from '../path.ts';

/** The file systems that are mounted inside of a root. */
export type Mounts = {
	/** The one that holds what stands at the path, relative to the root; '' for the root's own. */
	holding(path: BytePath): BytePath;
	/** True where one was and is not mounted now: its folder is empty, and that is no deletion. */
	isAway(folder: BytePath): boolean;
	/** All that is known of, to be told the next time. */
	readonly known: readonly BytePath[];
};

/** Looks where file systems are mounted now; `before` are those that were known of. */
export const findMounts = (root: BytePath, before: readonly BytePath[]): Mounts => {
	const devices = new Map(
		listMounts(root).map(folder => [folder, deviceOf(joinPath(root, folder))]),
	);
	const away = new Set(
		before.filter(folder => !devices.has(folder) && isEmptyFolder(joinPath(root, folder))),
	);
	return {
		holding(path) {
			if (devices.size === 0) return '';
			for (let at = parentOf(path); at !== ''; at = parentOf(at)) if (devices.has(at)) return at;
			return '';
		},
		isAway(folder) {
			if (away.has(folder)) return true;
			const at = joinPath(root, folder);
			return devices.has(folder) && deviceOf(at) !== devices.get(folder) && isEmptyFolder(at);
		},
		known: [...devices.keys(), ...away],
	};
};

/** By the kernel's own list; where there is none a rename says EXDEV, and the file is named as failed. */
function listMounts(root: BytePath): BytePath[] {
	let table: string;
	try {
		table = readFileSync('/proc/self/mountinfo', 'latin1');
	} catch {
		return [];
	}

	return table.split('\n').flatMap(line => {
		const place = line
			.split(' ')[4]
			?.replaceAll(/\\(\d{3})/g, (_, octal: string) =>
				String.fromCharCode(Number.parseInt(octal, 8)),
			);
		return place?.startsWith(`${root}/`) ? [place.slice(root.length + 1)] : [];
	});
}

const deviceOf = (folder: BytePath): number | undefined =>
	statSync(nativePath(folder), {throwIfNoEntry: false})?.dev;

function isEmptyFolder(folder: BytePath): boolean {
	try {
		return readdirSync(nativePath(folder)).length === 0;
	} catch {
		return false;
	}
}
