import {test} from 'vitest';
import {tortureProcesses} from './tally.ts';

// The same each time, as in the short run within one process.
const seed = 7;

test(
	'no edit is lost between the real console and the real daemon',
	{timeout: 240_000},
	async () => {
		const {text} = await tortureProcesses({numRuns: 3, seed});
		console.log(`seed ${seed}: ${text}`);
	},
);
