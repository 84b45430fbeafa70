import {copyFileSync, renameSync, unlinkSync} from 'node:fs';
import {expect, test} from 'vitest';
import {createRename, type Rename} from '../../../source/sync/endpoint/rename.ts';
import {findFault} from './find-fault.ts';
import {emptyTally, torture} from './tally.ts';

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
	expect(await findFault(({lost}) => lost.length > 0, {rename: checkThenRename})).toBe(true);
});

test(
	'what is caught is shrunk, and told with what plays it again',
	{timeout: 120_000},
	async () => {
		const caught = torture(emptyTally(), {numRuns: 2000, seed: 1}, {rename: checkThenRename});
		await expect(caught).rejects.toThrow(
			/seed: 1, path: "[\d:]+"[^]*Counterexample:[^]*Shrunk \d+ time/,
		);
	},
);
