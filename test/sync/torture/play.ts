import {conflictOf} from '../../../source/sync/conflict-name.ts';
import {FleetError} from '../../../source/errors.ts';
import {sides} from '../../../source/sync/plan/operation.ts';
import {isWithin} from '../../../source/sync/plan/tree.ts';
import {listing} from './listing.ts';
import {act, createDebts, finishSlowWrite, isContent, smallContent} from './user.ts';
import {Crash, createWorld, Cut, type World, type WorldOptions} from './world.ts';
import type {History, Round, Victim} from './happening.ts';

/** Which step of the engine saw what happen in its midst, by the step's name. */
export type Coverage = Map<string, Map<string, number>>;

export type Verdict = {
	/** Contents that nobody discarded and that are nowhere any more. */
	lost: string[];
	/** Contents that nobody discarded and that only a trash still has. */
	buried: string[];
	diverged: boolean;
	/** Files whose content nobody ever wrote. */
	torn: string[];
	/** Conflict copies of what had been given up before, and nobody else had done anything with. */
	needless: number;
	/** Cycles that came to no end. */
	cut: number;
	faults: Record<Victim, number>;
	/** What users did in the midst of a cycle. */
	interleaved: number;
	owed: number;
	/** For a failure's message. */
	shown: string;
};

// A large file that keeps changing would keep it going for ever.
const mostArrivals = 12;

/** Plays the history, lets both sides come to rest, and counts what is missing. */
export const play = async (
	history: History,
	options: WorldOptions = {},
	coverage: Coverage = new Map(),
): Promise<Verdict> => {
	const world = createWorld({
		inlineFileBytes: smallContent,
		...options,
		rule: {maxDelete: 1e9, ...options.rule},
	});
	const isUp = options.rule?.direction === 'up';
	const debts = createDebts();
	const faults = {console: 0, daemon: 0, link: 0, mover: 0};
	let cut = 0;
	let cycles = 0;
	let interleaved = 0;
	// A runner scans it all after anything went wrong.
	let inStep = false;
	const needless = new Set<string>();
	const copies = new Set<string>();
	/** Copies that a cycle made of what had been overwritten or deleted before it began. */
	const countNeedless = (discardedBefore: ReadonlySet<string>) => {
		for (const root of Object.values(world.roots)) {
			for (const [name, is] of Object.entries(listing(root))) {
				if (!name.includes('.sync-conflict-') || copies.has(name)) continue;
				copies.add(name);
				const isNeedless = [...discardedBefore].some(
					content => !debts.meant.has(content) && is.endsWith(content),
				);
				if (isNeedless) needless.add(name);
			}
		}
	};
	try {
		for (const round of history) {
			for (const event of round.before) {
				if (event.kind === 'user') act(world.roots[event.side], event.action, debts);
			}

			const discarded = new Set(debts.discarded);
			inStep = await attempt(world, {...round, whole: inStep ? round.whole : [...sides]});
			countNeedless(discarded);
			if (!inStep) cut++;
		}

		while (finishSlowWrite(debts));
		const rounds = await settle(world);
		countNeedless(debts.discarded);
		const [local, remote] = [listing(world.roots.local), listing(world.roots.remote)];
		const present = [...Object.values(local), ...Object.values(remote)];
		const live = present.join('\n');
		const everywhere = [live, ...world.vouched('local'), ...world.vouched('remote')].join('\n');
		return {
			lost: [...debts.owed].filter(content => !everywhere.includes(content)),
			buried: [...debts.owed].filter(content => !live.includes(content)),
			diverged:
				rounds === undefined ||
				(isUp ? !hasAll(remote, local) : inOrder(local) !== inOrder(remote)),
			torn: present.filter(
				is => /^(?:file|program) /.test(is) && !isContent(is.replace(/^\w+ /, ''), debts),
			),
			needless: needless.size,
			cut,
			faults,
			interleaved,
			owed: debts.owed.size,
			shown: `on the laptop: ${inOrder(local)}\non the host: ${inOrder(remote)}`,
		};
	} finally {
		await world.close();
	}

	/** One cycle with all that happens in it; true where it came to its end. */
	async function attempt(at: World, {during, whole, leaves}: Round): Promise<boolean> {
		const schedule = new Map<number, Round['during']>();
		let due = 0;
		for (const event of during) {
			due += event.after;
			schedule.set(due, [...(schedule.get(due) ?? []), event]);
		}

		let step = 0;
		let arrives = false;
		const down = new Set<Victim>();
		const pass = (process: 'console' | 'daemon', name: string) => {
			for (const {happening} of schedule.get(step++) ?? []) {
				const seen = coverage.get(name) ?? new Map<string, number>();
				coverage.set(name, seen);
				const note = (what: string) => seen.set(what, (seen.get(what) ?? 0) + 1);
				if (happening.kind === 'user') {
					act(at.roots[happening.side], happening.action, debts);
					interleaved++;
					note('edits');
				} else {
					arrives = happening.arrived;
					for (const victim of happening.victims) {
						down.add(victim);
						faults[victim]++;
						note(victim);
					}
				}
			}

			if (down.has(process)) throw new Crash();
		};
		at.hooks.step = (side, name) =>
			pass(side === 'local' ? 'console' : 'daemon', `${side} ${name}`);
		at.hooks.call = (side, name, when) => {
			pass('console', `engine ${when} ${side} ${name}`);
			if (side === 'local') return;
			if (down.has('daemon')) throw new Cut();
			if (down.has('link') && (when === 'after' || !arrives)) throw new Cut();
		};
		at.hooks.moverDies = () => down.delete('mover');
		let isWhole = true;
		try {
			// As a watcher would have it: what may have been touched, on both sides.
			const touched = ['', 'd', 'd/e', 'f', 'f/g'];
			// Between any two pieces of work a person may have saved something.
			// A burst may go on for a while.
			let bursts = cycles++ % 3;
			const news = (least = 0) => (least > 0 && bursts-- <= 0 ? [] : touched);
			let {isCarrying} = await at.cycle({
				whole,
				folders: Object.fromEntries(
					sides.filter(side => !whole.includes(side)).map(side => [side, touched]),
				),
				news,
			});
			for (let count = 0; isCarrying && !leaves && count < mostArrivals; count++) {
				await at.untilArrived();
				({isCarrying} = await at.cycle({whole: []}));
			}
		} catch (error) {
			const isHalt = error instanceof FleetError && error.code === 'halted';
			if (!isHalt) unlessFault(error);
			isWhole = false;
		}

		at.hooks.step = at.hooks.call = at.hooks.moverDies = undefined;
		if (down.has('console')) await at.restart('console');
		if (down.has('daemon')) await at.restart('daemon');
		return isWhole && down.size === 0;
	}
};

/** Of a rule that goes up: the host has what the laptop has, but where its own version of it waits for a person. */
const hasAll = (remote: Record<string, string>, local: Record<string, string>): boolean => {
	const outstanding = new Set(
		Object.keys(remote)
			.map(name => conflictOf(name))
			.filter(name => name !== undefined),
	);
	return Object.entries(local).every(
		([name, is]) => remote[name] === is || isWithin(name, outstanding),
	);
};

const inOrder = (entries: Record<string, string>): string =>
	JSON.stringify(
		Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1)),
		null,
		1,
	);

/** A fault that a larger file met on its way is heard of by a later cycle. */
const unlessFault = (error: unknown): undefined => {
	if (!(error instanceof Crash || error instanceof Cut)) throw error;
};

/** Cycles until nothing is left to do; undefined where that does not come. */
const settle = async (world: World): Promise<number | undefined> => {
	for (let round = 1; round <= 2 * mostArrivals; round++) {
		await world.untilArrived();
		const report = await world.cycle({allowDelete: true}).catch(unlessFault);
		if (report === undefined) continue;
		const {plan} = report;
		const work = plan.local.length + plan.remote.length + plan.agreed.length;
		const again = report.again.local.size + report.again.remote.size;
		if (work + again === 0 && !report.isCarrying && report.halted === undefined) return round;
	}

	return undefined;
};
