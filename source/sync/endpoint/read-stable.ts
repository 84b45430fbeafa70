import {createHash, hash as hashOnce} from 'node:crypto';
import {closeSync, constants, fstatSync, openSync, readSync, type Stats} from 'node:fs';
import {fileSignature, type Signature} from '../entry.ts';
import {fingerprintOf, sameFingerprint, type Fingerprint} from './fingerprint.ts';

export type StableRead = {
	signature: Signature;
	fingerprint: Fingerprint;
	stat: Stats;
	/** The content, until the next read; undefined where it took more than one. */
	bytes: Uint8Array | undefined;
};

const chunk = Buffer.allocUnsafeSlow(1024 * 1024);
const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

export const isExecutableMode = (mode: number): boolean => (mode & 0o100) !== 0;

/**
 * A regular file's signature from a read during which its metadata did not move; undefined when
 * it did, so what was read may be torn. With `keep`, the bytes as well. Throws what `open` does.
 */
export const readStable = (
	file: string | Buffer,
	{keep, follow = false}: {keep?: (bytes: Buffer) => void; follow?: boolean} = {},
): StableRead | undefined => {
	const handle = openSync(file, follow ? flags & ~constants.O_NOFOLLOW : flags);
	try {
		const before = fstatSync(handle);
		if (!before.isFile()) return undefined;
		const {hash, size, bytes} = readAll(handle, before.size, keep);
		const after = fstatSync(handle);
		const fingerprint = fingerprintOf(before);
		if (size !== before.size || !sameFingerprint(fingerprint, fingerprintOf(after))) {
			return undefined;
		}

		const signature = fileSignature(hash, isExecutableMode(after.mode));
		return {signature, fingerprint, stat: after, bytes};
	} finally {
		closeSync(handle);
	}
};

function readAll(
	handle: number,
	expected: number,
	keep: ((bytes: Buffer) => void) | undefined,
): {hash: string; size: number; bytes: Uint8Array | undefined} {
	// A byte more than it should have shows where it grew, and its end where it did not.
	let length = readSync(handle, chunk, 0, Math.min(chunk.length, expected + 1), null);
	// Most files of a source tree fit one read; hashing them in one call is twice as fast.
	if (length === expected && length < chunk.length) {
		const bytes = chunk.subarray(0, length);
		keep?.(bytes);
		return {hash: hashOf(bytes), size: length, bytes};
	}

	const hash = createHash('sha256');
	let size = 0;
	while (length > 0) {
		hash.update(chunk.subarray(0, length));
		keep?.(chunk.subarray(0, length));
		size += length;
		length = readSync(handle, chunk, 0, chunk.length, null);
	}

	return {hash: hash.digest('base64url'), size, bytes: undefined};
}

export const hashOf = (bytes: Uint8Array): string => hashOnce('sha256', bytes, 'base64url');
