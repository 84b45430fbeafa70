import {expect, test} from 'vitest';
import {createRename} from '../../../source/sync/endpoint/rename.ts';
import {emptyTally, tallyText, torture} from './tally.ts';
import type {WorldOptions} from './world.ts';

// The same each time, so that it judges the change at hand; `npm run torture` is new each time.
const seed = 2_036_371_122;

const short = async (numRuns: number, options: WorldOptions = {}) => {
	const tally = await torture(emptyTally(), {numRuns, seed}, options);
	console.log(`seed ${seed}: ${tallyText(tally)}`);
	return tally;
};

test('no edit is lost, whatever happens at whichever step', {timeout: 180_000}, async () => {
	const {faults} = await short(120);
	for (const count of Object.values(faults)) expect(count).toBeGreaterThan(0);
});

test('nor where the file system cannot exchange names', {timeout: 180_000}, async () => {
	await short(40, {rename: () => createRename({native: false})});
});

test('nor where every file goes by way of the mover', {timeout: 180_000}, async () => {
	await short(40, {inlineFileBytes: 1});
});

test('nor by a rule that goes up', {timeout: 180_000}, async () => {
	await short(60, {rule: {direction: 'up'}});
});
