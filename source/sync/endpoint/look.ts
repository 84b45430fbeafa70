import {lstatSync, readlinkSync} from 'node:fs';
import {blocked, folderSignature, linkSignature, type Signature} from '../entry.ts';
import {fingerprintOf, type Fingerprint} from './fingerprint.ts';
import {readStable} from './read-stable.ts';

export type Found = {signature: Signature; fingerprint: Fingerprint};

/** What stands there now, its content read; undefined where nothing does. */
export const look = (path: string | Buffer): Found | undefined => {
	const stat = lstatSync(path, {throwIfNoEntry: false});
	if (stat === undefined) return undefined;
	const fingerprint = fingerprintOf(stat);
	if (stat.isDirectory()) return {signature: folderSignature, fingerprint};
	try {
		if (stat.isSymbolicLink()) {
			const target = readlinkSync(path, {encoding: 'latin1'});
			return {signature: linkSignature(target), fingerprint};
		}

		if (!stat.isFile()) return {signature: blocked('special'), fingerprint};
		const read = readStable(path);
		return read ?? {signature: blocked('changing'), fingerprint};
	} catch (error) {
		const code = (error as NodeJS.ErrnoException).code;
		if (code === 'ENOENT') return undefined;
		if (code === 'EACCES' || code === 'EPERM')
			return {signature: blocked('unreadable'), fingerprint};
		if (code === 'ELOOP' || code === 'EINVAL' || code === 'ENXIO') {
			return {signature: blocked('changing'), fingerprint};
		}

		throw error;
	}
};
