import type {BytePath} from './path.ts';

/**
 * What stands at a path, in one string that is equal when the content is:
 * `d` a folder, `f`HASH a file, `x`HASH an executable file, `l`TARGET a symbolic link,
 * `!`REASON something that sync leaves alone. In the ancestor alone there is also `k`: a folder
 * that is gone on one side and kept on the other for what it holds of excluded files.
 */
export type Signature = string;

export const folderSignature = 'd';
export const keptSignature = 'k';

/** Something at a path: size in bytes and mtime in milliseconds are for progress and people, not for decisions. */
export type Entry = {signature: Signature; size: number; mtimeMs: number};

/** Why an entry is left alone, by the word behind `!`. */
export const blockReasons = {
	special: 'is a socket, a device or a FIFO',
	unreadable: 'cannot be read',
	link: 'is a link that is absolute or leaves the root',
	changing: 'kept changing while it was read',
	loop: 'is a link into a folder above it',
	mount: 'is a file system that is not mounted now',
} as const;
export type BlockReason = keyof typeof blockReasons;

export const blocked = (reason: BlockReason): Signature => `!${reason}`;
export const isBlocked = (signature: Signature | undefined): boolean => signature?.[0] === '!';
export const isFile = (signature: Signature | undefined): boolean =>
	signature?.[0] === 'f' || signature?.[0] === 'x';
export const isLink = (signature: Signature | undefined): boolean => signature?.[0] === 'l';
export const isFolder = (signature: Signature | undefined): boolean =>
	signature === folderSignature;
export const isExecutable = (signature: Signature | undefined): boolean => signature?.[0] === 'x';

export const fileSignature = (hash: string, executable: boolean): Signature =>
	(executable ? 'x' : 'f') + hash;

export const linkSignature = (target: BytePath): Signature => `l${target}`;

/** A file's hash or a link's target. */
export const contentOf = (signature: Signature): string => signature.slice(1);

/** The same bytes of a file, the same target of a link; the executable bit does not count. */
export const sameContent = (a: Signature | undefined, b: Signature | undefined): boolean =>
	a === b ||
	(a !== undefined && b !== undefined && isFile(a) && isFile(b) && a.slice(1) === b.slice(1));
