import fc from 'fast-check';
import {histories} from './happening.ts';
import {play} from './play.ts';
import type {WorldOptions} from './world.ts';

/** True as soon as a history is found in which a content is lost. */
export const findLoss = async (options: WorldOptions): Promise<boolean> => {
	let found = false;
	await fc.check(
		fc.asyncProperty(histories, async history => {
			if (found) return;
			found = (await play(history, options)).lost.length > 0;
		}),
		{numRuns: 2000, seed: 1},
	);
	return found;
};
