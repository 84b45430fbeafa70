import type {Stats} from 'node:fs';

/**
 * What of a file's metadata says that it is still the one that was hashed. Times are
 * milliseconds with the fraction that a double holds (a quarter of a microsecond).
 */
export type Fingerprint = {inode: number; size: number; mtimeMs: number; ctimeMs: number};

export const fingerprintOf = (stat: Stats): Fingerprint => ({
	inode: stat.ino,
	size: stat.size,
	mtimeMs: stat.mtimeMs,
	ctimeMs: stat.ctimeMs,
});

export const sameFingerprint = (a: Fingerprint, b: Fingerprint): boolean =>
	a.inode === b.inode && a.size === b.size && a.mtimeMs === b.mtimeMs && a.ctimeMs === b.ctimeMs;

// Kernels stamp files by a clock that moves in steps of up to 10 ms (git calls such files "racy").
export const racyWindowMs = 30;

/**
 * True when a further write could leave the same fingerprint behind, for it would fall into the
 * same tick of the file system's clock. `nowMs` is that clock's time when the content was read.
 */
export const isRacy = (seen: Fingerprint, nowMs: number): boolean =>
	Math.max(seen.mtimeMs, seen.ctimeMs) > nowMs - racyWindowMs;
