import {lstatSync, renameSync, rmSync} from 'node:fs';
import {expect, test} from 'vitest';
import {createRename, type Rename} from '../../../source/sync/endpoint/rename.ts';
import {findFault} from './find-fault.ts';

/** Takes away whatever has the name of a new folder, and moves that there. */
const clearThenMove = (): Rename => {
	const real = createRename();
	return {
		...real,
		noReplace(from, to) {
			if (!lstatSync(from).isDirectory()) return real.noReplace(from, to);
			rmSync(to, {recursive: true, force: true});
			renameSync(from, to);
		},
	};
};

test('an engine that clears the way for a new folder is caught', async () => {
	expect(await findFault(({lost}) => lost.length > 0, {rename: clearThenMove})).toBe(true);
});
