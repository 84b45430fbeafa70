import {chmodSync, lstatSync} from 'node:fs';
import {isExecutable, isFile, type Signature} from '../../entry.ts';
import {isExecutableMode} from '../read-stable.ts';

/** The same permissions with the executable bits set where one may read, or none of them. */
export const withExecutable = (mode: number, executable: boolean): number =>
	executable ? (mode & 0o7777) | ((mode & 0o444) >> 2) : mode & 0o7666;

/** The permissions of what is replaced stay; only the executable bit is the content's own. */
export const keepMode = (
	staged: string | Buffer,
	target: string | Buffer,
	signature: Signature,
): void => {
	if (!isFile(signature)) return;
	const stat = lstatSync(target);
	if (!stat.isFile()) return;
	const mode = withExecutable(stat.mode, isExecutable(signature));
	if (isExecutableMode(mode) === isExecutable(signature)) chmodSync(staged, mode & 0o777);
};
