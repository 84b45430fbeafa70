import fc from 'fast-check';
import {histories} from './happening.ts';
import {play, type Verdict} from './play.ts';
import type {WorldOptions} from './world.ts';

/** True as soon as a history is found in which that went wrong. */
export const findFault = async (
	isFault: (verdict: Verdict) => boolean,
	options: WorldOptions = {},
): Promise<boolean> => {
	let found = false;
	await fc.check(
		fc.asyncProperty(histories, async history => {
			if (found) return;
			found = isFault(await play(history, options));
		}),
		{numRuns: 2000, seed: 1},
	);
	return found;
};
