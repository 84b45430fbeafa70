import fc from 'fast-check';
import {FleetError} from '../../../source/errors.ts';
import type {Side} from '../../../source/sync/plan/operation.ts';
import {act, createDebts, finishSlowWrite, places, type UserAction} from './user.ts';
import {Crash, createWorld, Cut, listing, type World, type WorldOptions} from './world.ts';

export type Happening =
	| {kind: 'user'; side: Side; action: UserAction}
	/** The process that works at this step dies, and with it the others that are named. */
	| {kind: 'crash'; all: boolean}
	/** The next call to that side does not arrive, or its answer does not. */
	| {kind: 'cut'; side: Side; when: 'before' | 'after'; restart: boolean};

/** What happens before cycles, and at which of their steps. */
export type History = Array<{
	before: Happening[];
	during: Array<{step: number; happening: Happening}>;
	partial: boolean;
}>;

const place = fc.nat({max: places.length - 1});
const action: fc.Arbitrary<UserAction> = fc.oneof(
	{weight: 4, arbitrary: fc.record({kind: fc.constant('write' as const), at: place})},
	{weight: 3, arbitrary: fc.record({kind: fc.constant('replace' as const), at: place})},
	{weight: 2, arbitrary: fc.record({kind: fc.constant('mkdir' as const), at: place})},
	{weight: 2, arbitrary: fc.record({kind: fc.constant('move' as const), at: place, to: place})},
	{weight: 2, arbitrary: fc.record({kind: fc.constant('slow-open' as const), at: place})},
	{weight: 2, arbitrary: fc.constant({kind: 'slow-write' as const})},
	{
		weight: 5,
		arbitrary: fc.record({
			kind: fc.constantFrom('forge', 'remove', 'chmod', 'link', 'become-folder'),
			at: place,
		}),
	},
);
const side = fc.constantFrom<Side>('local', 'remote');
const user = fc.record({kind: fc.constant('user' as const), side, action});
const happening: fc.Arbitrary<Happening> = fc.oneof(
	{weight: 12, arbitrary: user},
	{weight: 1, arbitrary: fc.record({kind: fc.constant('crash' as const), all: fc.boolean()})},
	{
		weight: 1,
		arbitrary: fc.record({
			kind: fc.constant('cut' as const),
			side,
			when: fc.constantFrom<'before' | 'after'>('before', 'after'),
			restart: fc.boolean(),
		}),
	},
);

export const histories: fc.Arbitrary<History> = fc.array(
	fc.record({
		before: fc.array(user, {maxLength: 10}),
		during: fc.array(fc.record({step: fc.nat({max: 60}), happening}), {maxLength: 8}),
		partial: fc.boolean(),
	}),
	{minLength: 1, maxLength: 6},
);

export type Verdict = {
	/** Contents that nobody discarded and that are nowhere any more. */
	lost: string[];
	diverged: boolean;
	/** Conflict copies of what had been given up before. */
	needless: number;
	crashes: number;
	owed: number;
	/** For a failure's message. */
	shown: string;
};

/** Plays the history, lets both sides come to rest, and counts what is missing. */
export const play = async (history: History, options: WorldOptions = {}): Promise<Verdict> => {
	const world = createWorld({...options, rule: {maxDelete: 1e9, ...options.rule}});
	const debts = createDebts();
	let crashes = 0;
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
				if ([...discardedBefore].some(content => is.endsWith(content))) needless.add(name);
			}
		}
	};
	try {
		for (const {before, during, partial} of history) {
			for (const event of before) {
				if (event.kind === 'user') act(world.roots[event.side], event.action, debts);
			}

			const discarded = new Set(debts.discarded);
			inStep = await attempt(world, during, partial && inStep);
			countNeedless(discarded);
			if (!inStep) crashes++;
		}

		while (finishSlowWrite(debts));
		world.hooks.step = undefined;
		world.hooks.call = undefined;
		const rounds = await settle(world);
		countNeedless(debts.discarded);
		const local = listing(world.roots.local);
		const remote = listing(world.roots.remote);
		const everywhere = [
			...Object.values(local),
			...Object.values(remote),
			...world.vouched('local'),
			...world.vouched('remote'),
		].join('\n');
		const lost = [...debts.owed].filter(content => !everywhere.includes(content));
		const diverged =
			rounds === undefined || JSON.stringify(sorted(local)) !== JSON.stringify(sorted(remote));
		const shown = JSON.stringify({local: sorted(local), remote: sorted(remote)}, null, 1);
		return {lost, diverged, needless: needless.size, crashes, owed: debts.owed.size, shown};
	} finally {
		await world.close();
	}

	async function attempt(
		at: World,
		during: History[number]['during'],
		partial: boolean,
	): Promise<boolean> {
		let step = 0;
		let cut: Extract<Happening, {kind: 'cut'}> | undefined;
		let dying: {side: Side; all: boolean} | undefined;
		at.hooks.step = where => {
			const now = step++;
			for (const {step: when, happening: event} of during) {
				if (when !== now) continue;
				if (event.kind === 'user') act(at.roots[event.side], event.action, debts);
				else if (event.kind === 'cut') cut = event;
				else {
					dying = {side: where, all: event.all};
					throw new Crash();
				}
			}
		};
		at.hooks.call = (where, _, when) => {
			if (dying !== undefined) throw new Crash();
			if (cut?.side === where && cut.when === when) throw new Cut();
		};
		try {
			if (partial) {
				// As a watcher would have it: what may have been touched, on both sides.
				const touched = ['', 'd', 'd/e', 'f', 'f/g'];
				await at.cycle({full: false, folders: {local: touched, remote: touched}});
			} else await at.cycle();
			return true;
		} catch (error) {
			const expected = error instanceof Crash || error instanceof Cut;
			if (!expected && !(error instanceof FleetError && error.code === 'halted')) throw error;
			at.hooks.step = undefined;
			at.hooks.call = undefined;
			if (dying !== undefined) await at.restart(dying.all ? 'all' : dying.side);
			else if (cut?.restart) await at.restart('engine');
			return false;
		}
	}
};

const sorted = (entries: Record<string, string>) =>
	Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1));

/** Cycles until nothing is left to do; undefined where that does not come. */
export const settle = async (world: World): Promise<number | undefined> => {
	for (let round = 1; round <= 12; round++) {
		const report = await world.cycle({allowDelete: true});
		const {plan} = report;
		const work = plan.local.length + plan.remote.length + plan.agreed.length;
		const again = report.again.local.size + report.again.remote.size;
		if (work + again === 0 && report.halted === undefined) return round;
	}

	return undefined;
};
