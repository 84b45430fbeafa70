import {expect, test} from 'vitest';
import {drives} from './attendant.ts';
import {tortureProcesses} from './tally.ts';

// The same each time, as in the short run within one process.
const seed = 7;

test.each(drives)(
	'no edit is lost between the real programs on the laptop (%s) and on the host',
	{timeout: 240_000},
	async drive => {
		const {text, faults} = await tortureProcesses({numRuns: 3, seed, among: [drive]});
		console.log(`seed ${seed}, ${drive}: ${text}`);
		expect(Object.values(faults).some(count => count > 0)).toBe(true);
	},
);
