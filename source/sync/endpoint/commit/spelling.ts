import {readdirSync} from 'node:fs';
import {joinPath, nameOf, nativePath, parentOf, type BytePath} from '../../path.ts';
import {refused} from './outcome.ts';

/** False where what answers to the path bears a name that this side only takes for the same. */
export const isSpelledSo = (root: BytePath, path: BytePath): boolean =>
	readdirSync(nativePath(joinPath(root, parentOf(path))), {encoding: 'latin1'}).includes(
		nameOf(path),
	);

export const otherSpelling = refused(
	'differs only in case or Unicode form from a name that is there',
);
