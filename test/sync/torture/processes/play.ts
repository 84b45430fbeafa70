import {listing} from '../listing.ts';
import {act, createDebts, finishSlowWrite, isContent} from '../user.ts';
import {victims, type Victim} from '../happening.ts';
import {until} from '../../../harness/until.ts';
import type {Side} from '../../../../source/sync/plan/operation.ts';
import type {Attendant} from './attendant.ts';
import type {ProcessHistory} from './history.ts';
import type {Processes} from './processes.ts';

export type ProcessVerdict = {
	lost: string[];
	diverged: boolean;
	torn: string[];
	faults: Record<Victim, number>;
	interleaved: number;
	/** Processes of the laptop that were killed. */
	killed: number;
	owed: number;
	shown: string;
};

// More than what travels beside the operations: rsync carries it.
const largeBytes = 700_000;
const longestSettling = 8;
// After failures it waits for up to half a minute before it looks again.
const alikeWithinMs = 90_000;

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
	let attendant: Attendant | undefined;
	try {
		for (const round of history.rounds) {
			for (const event of round.before) {
				if (event.kind === 'user') act(roots[event.side], event.action, debts);
			}

			if (attendant?.isAlive() !== true) attendant = processes.attend(history.drive);
			await processes.round(attendant, round, event => {
				if (event.kind === 'user') {
					act(roots[event.side], event.action, debts);
					interleaved++;
				} else for (const victim of victims) if (event.victims.includes(victim)) faults[victim]++;
			});
			if (attendant.wasKilled()) killed++;
		}

		while (finishSlowWrite(debts));
		if (history.drive !== 'sync') {
			// By itself, whatever befell it.
			if (attendant?.isAlive() !== true) attendant = processes.attend(history.drive);
			await until(() => areAlike(roots), `in step by ${history.drive}`, {
				timeoutMs: alikeWithinMs,
				seen: async () => `${await processes.picture(attendant!)}\n${describe(roots)}`,
			});
		}
	} finally {
		await attendant?.end();
	}

	let isQuiet = false;
	for (let count = 0; count < longestSettling && !isQuiet; count++)
		isQuiet = await processes.sync();
	const [local, remote] = [listing(trees.near), listing(trees.far)];
	const present = [...Object.values(local), ...Object.values(remote)];
	const everywhere = new Set([
		...present.map(is => is.replace(/^(?:file|program) /, '')),
		...processes.vouched(trees),
	]);
	return {
		lost: [...debts.owed]
			.filter(content => !everywhere.has(content))
			.map(text => text.slice(0, 15)),
		diverged: !isQuiet || !areAlike(roots),
		torn: present
			.filter(is => /^(?:file|program) /.test(is) && !isContent(is.replace(/^\w+ /, ''), debts))
			.map(text => text.slice(0, 30)),
		faults,
		interleaved,
		killed,
		owed: debts.owed.size,
		shown: describe(roots),
	};
};

type Roots = Record<Side, string>;

function areAlike({local, remote}: Roots): boolean {
	const [here, there] = [local, remote].map(root => {
		try {
			return listing(root);
		} catch (error) {
			// Something went, or became a folder, just now: what keeps them in step is at it.
			if ((error as NodeJS.ErrnoException).code === undefined) throw error;
			return undefined;
		}
	});
	if (here === undefined || there === undefined) return false;
	const names = Object.keys(here);
	return (
		names.length === Object.keys(there).length && names.every(name => here[name] === there[name])
	);
}

const describe = ({local, remote}: Roots): string => {
	const shown = (root: string) =>
		JSON.stringify(
			Object.entries(listing(root))
				.filter(([name]) => !name.startsWith('filler/'))
				.map(([name, is]) => [name, is.slice(0, 30)])
				.sort(([a], [b]) => (a! < b! ? -1 : 1)),
			null,
			1,
		);
	return `on the laptop: ${shown(local)}\non the host: ${shown(remote)}`;
};
