import {joinPath, nameOf, parentOf, type BytePath} from './path.ts';

const mark = /\.sync-conflict-\d{14}-(?:local|remote)(?:-\d+)?/;

/** `20261120131500`, UTC. */
export const conflictStamp = (now: Date): string =>
	now.toISOString().replace(/\D/g, '').slice(0, 14);

/**
 * Where the version of `side` goes when the other keeps the name:
 * `name.sync-conflict-YYYYMMDDHHMMSS-SIDE.ext`; a further `-N` where that is taken. The stem is
 * cut where the name would pass the 255 bytes that file systems take.
 */
export const conflictName = (
	path: BytePath,
	side: 'local' | 'remote',
	stamp: string,
	attempt = 0,
): BytePath => {
	const name = nameOf(path);
	const dot = name.lastIndexOf('.');
	const [stem, extension] =
		dot > 0 && name.length - dot <= 32 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
	const middle = `.sync-conflict-${stamp}-${side}${attempt === 0 ? '' : `-${attempt}`}`;
	const room = 255 - middle.length - extension.length;
	return joinPath(parentOf(path), cutBytes(stem, room) + middle + extension);
};

/** The path whose other version this is, or undefined for an ordinary name. */
export const conflictOf = (path: BytePath): BytePath | undefined => {
	const name = nameOf(path);
	const match = mark.exec(name);
	return match
		? joinPath(
				parentOf(path),
				name.slice(0, match.index) + name.slice(match.index + match[0].length),
			)
		: undefined;
};

/** Never inside a UTF-8 sequence: its continuation bytes are 10xxxxxx. */
const cutBytes = (name: BytePath, limit: number): BytePath => {
	if (name.length <= limit) return name;
	let end = limit;
	while (end > 0 && (name.charCodeAt(end) & 0xc0) === 0x80) end--;
	return name.slice(0, end);
};

/** The same copy under a further name, for where its own is taken. */
export const numberedCopy = (copy: BytePath, attempt: number): BytePath => {
	const folder = parentOf(copy);
	const name = nameOf(copy).replace(
		/(\.sync-conflict-\d{14}-(?:local|remote))(?:-\d+)?/,
		`$1-${attempt}`,
	);
	return joinPath(folder, name);
};
