// The long torture: `npm run torture -- [--histories 10000] [--seed N] [--from SLICE] [--slices N]`;
// with `--processes N [--drive sync|watch|console]`, so many histories of the real programs, sshd
// and rsync instead.
// Goes by slices of 500 histories, each with a seed of its own, so that a run that was
// stopped goes on with what it printed last. Ends with 1 at the first history that fails, shrunk.
import process from 'node:process';
import {parseArgs} from 'node:util';
import {createRename} from '../../../source/sync/endpoint/rename.ts';
import {coverageText, emptyTally, tallyText, torture} from './tally.ts';
import {drives} from './processes/attendant.ts';
import {tortureProcesses} from './processes/tally.ts';
import type {WorldOptions} from './world.ts';

const sliceRuns = 500;
const mostNeedless = 0.01;

const {values} = parseArgs({
	options: {
		histories: {type: 'string', default: '10000'},
		seed: {type: 'string', default: String(Date.now() % 2 ** 31)},
		from: {type: 'string', default: '0'},
		slices: {type: 'string'},
		/** How names are swapped: in one step, or where the file system cannot. */
		rename: {type: 'string', default: 'exchange'},
		/** Of a rule: `bidi` or `up`. */
		direction: {type: 'string', default: 'bidi'},
		processes: {type: 'string'},
		/** Of those, only histories of `sync`, `watch` or `console`. */
		drive: {type: 'string'},
	},
});
const seed = Number(values.seed);
const from = Number(values.from);
const last = Math.ceil(Number(values.histories) / sliceRuns);
const to = values.slices === undefined ? last : Math.min(last, from + Number(values.slices));
const options: WorldOptions = {
	...(values.rename === 'aside' ? {rename: () => createRename({native: false})} : {}),
	rule: {direction: values.direction === 'up' ? 'up' : 'bidi'},
};

if (values.processes !== undefined) {
	const among = drives.filter(drive => values.drive === undefined || drive === values.drive);
	const {text} = await tortureProcesses({numRuns: Number(values.processes), seed, among});
	console.log(`seed ${seed}: ${text}`);
	process.exit();
}

const tally = emptyTally();
for (let slice = from; slice < to; slice++) {
	await torture(tally, {numRuns: sliceRuns, seed: seed + slice}, options);
	console.error(`slice ${slice}: go on with --seed ${seed} --from ${slice + 1}`);
}

console.log(`seed ${seed}, slices ${from} to ${to - 1}: ${tallyText(tally)}`);
console.log(coverageText(tally.coverage));
// Of a part of a run the share says little.
if (from === 0 && to === last && tally.needless > mostNeedless * tally.histories) {
	console.error('more needless conflict copies than 1 %');
	process.exitCode = 1;
}
