import fc from 'fast-check';
import {victims} from '../happening.ts';
import {processHistories} from './history.ts';
import {playOnProcesses} from './play.ts';
import {startProcesses} from './processes.ts';

/** Plays so many histories on the real programs, and says what they came to. Throws as `torture` does. */
export const tortureProcesses = async ({
	numRuns,
	seed,
}: {
	numRuns: number;
	seed: number;
}): Promise<{text: string; faults: Record<string, number>}> => {
	await using processes = await startProcesses();
	let isFirstFailure = true;
	const faults = {console: 0, daemon: 0, link: 0, mover: 0};
	const sums = {histories: 0, interleaved: 0, killed: 0, owed: 0};
	await fc.assert(
		fc.asyncProperty(processHistories, async history => {
			const verdict = await playOnProcesses(history, processes);
			const {lost, torn, diverged, shown} = verdict;
			const problem = [
				...lost.map(content => `lost ${content}`),
				...torn.map(content => `torn ${content}`),
				...(diverged ? ['diverged'] : []),
			].join(', ');
			if (problem !== '') {
				// Shrinking it takes minutes: what is known is said at once.
				if (isFirstFailure) console.error(`${problem}; shrinking\n${shown}`);
				isFirstFailure = false;
				throw new Error(`${problem}\n${shown}`);
			}

			sums.histories++;
			for (const key of ['interleaved', 'killed', 'owed'] as const) sums[key] += verdict[key];
			for (const victim of victims) faults[victim] += verdict.faults[victim];
		}),
		{numRuns, seed, endOnFailure: false},
	);
	const struck = victims.map(victim => `${victim} ${faults[victim]}`).join(', ');
	return {
		faults,
		text:
			`${sums.histories} histories of real processes, ${sums.interleaved} edits in the midst of a step, ` +
			`${sums.killed} consoles killed (struck: ${struck}), ${sums.owed} contents owed: 0 lost, 0 diverged`,
	};
};
