import {readlinkSync, type Stats} from 'node:fs';
import {blocked, isBlocked, linkSignature, type BlockReason, type Signature} from '../../entry.ts';
import {joinPath, nameOf, nativePath, parentOf, type BytePath} from '../../path.ts';
import {fingerprintOf, isRacy} from '../fingerprint.ts';
import {staysInside} from '../link-target.ts';
import {isExecutableMode, readStable} from '../read-stable.ts';
import type {SeenChild} from '../store.ts';
import type {Look} from './list-folder.ts';
import type {Walk} from './walk.ts';

const freshLimit = 64;

/** What is no file has no times that count. */
export const plainChild = (name: BytePath, signature: Signature): SeenChild => [
	name,
	signature,
	0,
	0,
	0,
	0,
	0,
];

/** What stands at a name that is no folder; undefined when it is gone by now. */
export const seeFile = (
	walk: Walk,
	path: BytePath,
	{stat, link}: Look,
	was: SeenChild | undefined,
): SeenChild | undefined => {
	const name = nameOf(path);
	const plain = (signature: Signature): SeenChild =>
		was?.[1] === signature ? was : plainChild(name, signature);
	if (stat === undefined) return plain(blocked('special'));
	const follow = link !== undefined;
	if (stat === 'unread') return seeContent(walk, path, undefined, follow, was);
	if (stat.isFile()) return seeContent(walk, path, stat, follow, was);
	if (!stat.isSymbolicLink()) return plain(blocked('special'));
	try {
		const target = readlinkSync(nativePath(joinPath(walk.context.root, path)), {
			encoding: 'latin1',
		});
		return plain(staysInside(path, target) ? linkSignature(target) : blocked('link'));
	} catch {
		return undefined;
	}
};

function seeContent(
	walk: Walk,
	path: BytePath,
	stat: Stats | undefined,
	follow: boolean,
	was: SeenChild | undefined,
): SeenChild | undefined {
	const {context} = walk;
	if (++walk.files % 1000 === 0) {
		walk.onProgress?.({files: walk.files, hashedBytes: walk.hashedBytes});
	}

	if (
		was !== undefined &&
		stat !== undefined &&
		(was[6] === 0 || walk.trustRacy) &&
		was[2] === stat.size &&
		was[3] === stat.mtimeMs &&
		was[4] === stat.ctimeMs &&
		was[5] === stat.ino &&
		(was[1][0] === 'x') === isExecutableMode(stat.mode) &&
		!isBlocked(was[1])
	) {
		return was;
	}

	context.step('hash file');
	if (was === undefined) walk.room--;
	const name = nameOf(path);
	const unknown = (reason: BlockReason): SeenChild => [
		name,
		blocked(reason),
		stat?.size ?? 0,
		stat?.mtimeMs ?? 0,
		0,
		stat?.ino ?? 0,
		1,
	];
	try {
		const now = walk.clock();
		const read = readStable(nativePath(joinPath(context.root, path)), {follow});
		if (read === undefined) {
			walk.unsettled.add(parentOf(path));
			return unknown('changing');
		}

		const {inode, size, mtimeMs, ctimeMs} = fingerprintOf(read.stat);
		// What a link led to is checked anew when it is sent.
		if (read.bytes !== undefined && !follow) walk.keep?.(path, read.signature, read.bytes);
		walk.hashedBytes += size;
		const racy = isRacy(read.fingerprint, now) ? 1 : 0;
		if (read.signature !== was?.[1] && walk.fresh.length < freshLimit) {
			walk.fresh.push({path, signature: read.signature, size});
		}

		return [name, read.signature, size, mtimeMs, ctimeMs, inode, racy];
	} catch (error) {
		const code = (error as NodeJS.ErrnoException).code;
		if (code === 'EACCES' || code === 'EPERM' || code === 'EIO') {
			return unknown('unreadable');
		}

		if (code === 'ENOENT' || code === 'ELOOP' || code === 'ENOTDIR' || code === 'ENXIO') {
			return undefined;
		}

		throw error;
	}
}
