import fc from 'fast-check';
import {victims} from '../happening.ts';
import type {Drive} from './attendant.ts';
import {processHistories, type ProcessHistory} from './history.ts';
import {playOnProcesses} from './play.ts';
import {startProcesses} from './processes.ts';

const longestShrinkMs = 3 * 60 * 1000;

/** Plays so many histories on the real programs, and says what they came to. Throws as `torture` does. */
export const tortureProcesses = async ({
	numRuns,
	seed,
	among,
}: {
	numRuns: number;
	seed: number;
	/** Which of the laptop's programs it may be; all of them where it is not given. */
	among?: readonly Drive[];
}): Promise<{text: string; faults: Record<string, number>}> => {
	await using processes = await startProcesses();
	let shrinksUntil: number | undefined;
	const faults = {console: 0, daemon: 0, link: 0, mover: 0};
	const sums = {histories: 0, interleaved: 0, killed: 0, owed: 0};
	const playOne = async (history: ProcessHistory) => {
		const verdict = await playOnProcesses(history, processes);
		const {lost, torn, diverged, shown} = verdict;
		const problem = [
			...lost.map(content => `lost ${content}`),
			...torn.map(content => `torn ${content}`),
			...(diverged ? ['diverged'] : []),
		].join(', ');
		if (problem !== '') throw new Error(`${problem}\n${shown}`);
		sums.histories++;
		for (const key of ['interleaved', 'killed', 'owed'] as const) sums[key] += verdict[key];
		for (const victim of victims) faults[victim] += verdict.faults[victim];
	};

	await fc.assert(
		fc.asyncProperty(processHistories(among), async history => {
			// What is not shrunk by then is shown as it is.
			if (shrinksUntil !== undefined && Date.now() > shrinksUntil) return;
			try {
				await playOne(history);
			} catch (error) {
				// Shrinking it takes minutes: what is known is said at once.
				if (shrinksUntil === undefined) {
					console.error(`seed ${seed}: ${(error as Error).message}\nshrinking`);
					shrinksUntil = Date.now() + longestShrinkMs;
				}

				throw error;
			}

			if (sums.histories % 10 === 0) console.error(`seed ${seed}: ${sums.histories} histories`);
		}),
		{numRuns, seed, endOnFailure: false},
	);
	const struck = victims.map(victim => `${victim} ${faults[victim]}`).join(', ');
	return {
		faults,
		text:
			`${sums.histories} histories of real processes, ${sums.interleaved} edits in the midst of a step, ` +
			`${sums.killed} killed on the laptop (struck: ${struck}), ${sums.owed} contents owed: 0 lost, 0 diverged`,
	};
};
