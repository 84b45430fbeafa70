import fc from 'fast-check';
import {histories, victims, type Victim} from './happening.ts';
import {play, type Coverage} from './play.ts';
import type {WorldOptions} from './world.ts';

/** What many histories came to. */
export type Tally = {
	histories: number;
	/** Histories with a needless conflict copy. */
	needless: number;
	cut: number;
	interleaved: number;
	owed: number;
	faults: Record<Victim, number>;
	coverage: Coverage;
};

export const emptyTally = (): Tally => ({
	histories: 0,
	needless: 0,
	cut: 0,
	interleaved: 0,
	owed: 0,
	faults: {console: 0, daemon: 0, link: 0, mover: 0},
	coverage: new Map(),
});

/**
 * Plays so many histories and adds them to the tally. A failing one is shrunk to the least that
 * still fails and thrown, with the seed and the path that play it again.
 */
export const torture = async (
	tally: Tally,
	{numRuns, seed}: {numRuns: number; seed: number},
	options: WorldOptions = {},
): Promise<Tally> => {
	await fc.assert(
		fc.asyncProperty(histories, async history => {
			const verdict = await play(history, options, tally.coverage);
			if (verdict.lost.length > 0) throw new Error(`lost ${verdict.lost.join()}\n${verdict.shown}`);
			if (verdict.buried.length > 0) {
				throw new Error(`only in the trash: ${verdict.buried.join()}\n${verdict.shown}`);
			}

			if (verdict.torn.length > 0) throw new Error(`torn ${verdict.torn.join()}\n${verdict.shown}`);
			if (verdict.diverged) throw new Error(`diverged\n${verdict.shown}`);
			if (verdict.buried.length > 0)
				throw new Error('buried ' + verdict.buried.join() + verdict.shown);
			tally.histories++;
			if (verdict.needless > 0) tally.needless++;
			for (const key of ['cut', 'interleaved', 'owed'] as const) tally[key] += verdict[key];
			for (const victim of victims) tally.faults[victim] += verdict.faults[victim];
		}),
		{numRuns, seed, endOnFailure: false},
	);
	return tally;
};

export const tallyText = (tally: Tally): string => {
	const faults = victims.map(victim => `${victim} ${tally.faults[victim]}`).join(', ');
	const share = ((100 * tally.needless) / Math.max(1, tally.histories)).toFixed(2);
	return (
		`${tally.histories} histories, ${tally.interleaved} edits in the midst of a step, ` +
		`${tally.cut} cycles cut (${faults}), ${tally.owed} contents owed: 0 lost, 0 diverged, ` +
		`${tally.needless} with a needless copy (${share} %)`
	);
};

/** Which steps saw what, a line each: what no history reached has no line. */
export const coverageText = (coverage: Coverage): string =>
	[...coverage]
		.sort(([a], [b]) => (a < b ? -1 : 1))
		.map(([step, seen]) => {
			const counts = ['edits', ...victims].map(what => `${what} ${seen.get(what) ?? 0}`);
			return `  ${step}: ${counts.join(', ')}`;
		})
		.join('\n');
