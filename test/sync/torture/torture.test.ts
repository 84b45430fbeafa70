import fc from 'fast-check';
import {expect, test} from 'vitest';
import {createRename} from '../../../source/sync/endpoint/rename.ts';
import {histories, play, type Verdict} from './history.ts';
import type {WorldOptions} from './world.ts';

const runs = Number(process.env['TORTURE_RUNS'] ?? 120);
// The short run is the same each time, so that it judges the change at hand; a long one is new.
const seed = Number(
	process.env['TORTURE_SEED'] ??
		(process.env['TORTURE_RUNS'] ? Date.now() % 2 ** 31 : 2_036_371_122),
);

const torture = async (options: WorldOptions, numRuns: number) => {
	const verdicts: Verdict[] = [];
	await fc.assert(
		fc.asyncProperty(histories, async history => {
			const verdict = await play(history, options);
			expect({lost: verdict.lost, diverged: verdict.diverged}, verdict.shown).toEqual({
				lost: [],
				diverged: false,
			});
			verdicts.push(verdict);
		}),
		{numRuns, seed, endOnFailure: false},
	);
	const sum = (pick: (verdict: Verdict) => number) =>
		verdicts.reduce((total, verdict) => total + pick(verdict), 0);
	const needless = verdicts.filter(verdict => verdict.needless > 0).length;
	console.log(
		`seed ${seed}: ${verdicts.length} histories, ${sum(({crashes}) => crashes)} crashes, ` +
			`${sum(({owed}) => owed)} contents owed, 0 lost, 0 diverged, ${needless} with a needless copy`,
	);
	return needless / verdicts.length;
};

const timeout = 1000 * Math.max(180, runs);

test('no edit is lost, whatever happens at whichever step', {timeout}, async () => {
	const needless = await torture({}, runs);
	if (runs >= 5000) expect(needless).toBeLessThanOrEqual(0.01);
});

test('nor where the file system cannot exchange names', {timeout}, async () => {
	await torture({rename: () => createRename({native: false})}, Math.ceil(runs / 3));
});

test('nor where every file goes by way of the mover', {timeout}, async () => {
	await torture({inlineFileBytes: 1}, Math.ceil(runs / 3));
});
