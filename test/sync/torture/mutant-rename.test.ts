import {copyFileSync, renameSync, unlinkSync} from 'node:fs';
import {expect, test} from 'vitest';
import {createRename, type Rename} from '../../../source/sync/endpoint/rename.ts';
import {findLoss} from './find-loss.ts';

/** Keeps a copy of what it checked, then renames over the name: what is saved in between is gone. */
const checkThenRename = (step: () => void): Rename => ({
	noReplace: createRename().noReplace,
	exchange(staged, target) {
		const kept = Buffer.concat([Buffer.from(staged as string), Buffer.from('.kept')]);
		copyFileSync(target, kept);
		step();
		renameSync(staged, target);
		copyFileSync(kept, staged);
		unlinkSync(kept);
		return true;
	},
});

test('an engine that checks and then renames over the file is caught', async () => {
	expect(await findLoss({rename: checkThenRename})).toBe(true);
});
