import {test} from 'vitest';
import {tortureProcesses} from './tally.ts';

test(
	'no edit is lost between the real console and the real daemon',
	{timeout: 240_000},
	async () => {
		const {text} = await tortureProcesses({numRuns: 5, seed: 7});
		console.log(text);
	},
);
