import type {TreeEndpoint} from '../endpoint/endpoint.ts';
import type {BytePath} from '../path.ts';
import type {Side} from '../plan/operation.ts';

/** What a person saves while much moves: it goes before what is left of that. */
export type Interruption = {
	/** True where something was saved. Asked between pieces of work, it looks at most once in a while. */
	isDue(): Promise<boolean>;
	/** Folders of these sides in which something was saved, taken off. */
	take(sides: readonly Side[]): Record<Side, ReadonlySet<BytePath>>;
};

/** A new look and a new plan for each save would cost more than it gives. */
const leastPauseMs = 1000;

export const createInterruption = (
	/** What was told of since it was asked last. */
	news: (() => Record<Side, ReadonlySet<BytePath>>) | undefined,
	local: Pick<TreeEndpoint, 'differing'>,
	pauseMs = leastPauseMs,
): Interruption => {
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
				for (const folder of told.remote) saved.remote.add(folder);
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
	};
};
