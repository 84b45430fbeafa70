import type {TreeEndpoint} from '../endpoint/endpoint.ts';
import type {BytePath} from '../path.ts';
import type {Side} from '../plan/operation.ts';
import type {CycleRequest} from './cycle.ts';

/** What a person saves while much moves: it goes before what is left of that. */
export type Interruption = {
	/** True where something was saved. Asked between pieces of work, it looks at most once in a while. */
	isDue(): Promise<boolean>;
	/** Folders of these sides in which something was saved, taken off. */
	take(sides: readonly Side[]): Record<Side, ReadonlySet<BytePath>>;
	/** Adds folders of the laptop, where so many changed at once that no person saved them; taken off. */
	takeBurst(to: Set<BytePath>): void;
	/** All that nobody took. */
	rest(): Record<Side, ReadonlySet<BytePath>>;
};

/** A new look and a new plan for each save would cost more than it gives. */
const leastPauseMs = 1000;
const leastOfBurst = 256;

export const createInterruption = (
	/** What was told of since it was asked last. */
	news: CycleRequest['news'],
	local: Pick<TreeEndpoint, 'differing'>,
	{pauseMs = leastPauseMs, burst = leastOfBurst}: {pauseMs?: number; burst?: number} = {},
): Interruption => {
	/** Told of on the host beside a burst: it is not looked at before its time. */
	const beside = new Set<BytePath>();
	const saved: Record<Side, Set<BytePath>> = {local: new Set(), remote: new Set()};
	let nextAt = performance.now() + pauseMs;
	return {
		async isDue() {
			if (news === undefined) return false;
			if (performance.now() >= nextAt) {
				const told = news();
				// What was put in place here is told of as well.
				const here = told.local.size === 0 ? [] : await local.differing([...told.local]);
				for (const folder of here) saved.local.add(folder);
				for (const folder of [...told.remote, ...beside]) saved.remote.add(folder);
				beside.clear();
				nextAt = performance.now() + pauseMs;
			}

			return saved.local.size + saved.remote.size > 0;
		},
		take(sides) {
			const taken = {local: new Set<BytePath>(), remote: new Set<BytePath>()};
			for (const side of sides) {
				taken[side] = new Set(saved[side]);
				saved[side].clear();
			}

			return taken;
		},
		takeBurst(to) {
			const told = news?.(burst);
			for (const folder of told?.remote ?? []) beside.add(folder);
			for (const folder of told?.local ?? []) to.add(folder);
		},
		rest: () => ({local: saved.local, remote: new Set([...saved.remote, ...beside])}),
	};
};
