import {listing} from '../listing.ts';
import {act, createDebts, finishSlowWrite, isContent} from '../user.ts';
import {victims, type Victim} from '../happening.ts';
import type {ProcessHistory} from './history.ts';
import type {Processes} from './processes.ts';

export type ProcessVerdict = {
	lost: string[];
	diverged: boolean;
	torn: string[];
	faults: Record<Victim, number>;
	interleaved: number;
	/** Runs of `console sync` that were killed. */
	killed: number;
	owed: number;
	shown: string;
};

// More than what travels beside the operations: rsync carries it.
const largeBytes = 700_000;
const longestSettling = 8;

/** Plays the history on the real programs, lets both sides come to rest, and counts what is missing. */
export const playOnProcesses = async (
	history: ProcessHistory,
	processes: Processes,
): Promise<ProcessVerdict> => {
	const trees = await processes.newTrees();
	const roots = {local: trees.near, remote: trees.far};
	const debts = createDebts(largeBytes);
	const faults = {console: 0, daemon: 0, link: 0, mover: 0};
	let interleaved = 0;
	let killed = 0;
	for (const round of history) {
		for (const event of round.before) {
			if (event.kind === 'user') act(roots[event.side], event.action, debts);
		}

		const isWhole = await processes.round(trees, round, event => {
			if (event.kind === 'user') {
				act(roots[event.side], event.action, debts);
				interleaved++;
			} else for (const victim of victims) if (event.victims.includes(victim)) faults[victim]++;
		});
		if (!isWhole) killed++;
	}

	while (finishSlowWrite(debts));
	let isQuiet = false;
	for (let count = 0; count < longestSettling && !isQuiet; count++)
		isQuiet = await processes.sync();
	const [local, remote] = [listing(trees.near), listing(trees.far)];
	const present = [...Object.values(local), ...Object.values(remote)];
	const everywhere = new Set([
		...present.map(is => is.replace(/^(?:file|program) /, '')),
		...processes.vouched(trees),
	]);
	const shown = (entries: Record<string, string>) =>
		JSON.stringify(
			Object.entries(entries)
				.map(([name, is]) => [name, is.slice(0, 30)])
				.sort(([a], [b]) => (a! < b! ? -1 : 1)),
			null,
			1,
		);
	const same = Object.keys(local).length === Object.keys(remote).length;
	return {
		lost: [...debts.owed]
			.filter(content => !everywhere.has(content))
			.map(text => text.slice(0, 15)),
		diverged: !isQuiet || !same || Object.entries(local).some(([name, is]) => remote[name] !== is),
		torn: present
			.filter(is => /^(?:file|program) /.test(is) && !isContent(is.replace(/^\w+ /, ''), debts))
			.map(text => text.slice(0, 30)),
		faults,
		interleaved,
		killed,
		owed: debts.owed.size,
		shown: `on the laptop: ${shown(local)}\non the host: ${shown(remote)}`,
	};
};
