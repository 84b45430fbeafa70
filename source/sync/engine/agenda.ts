import type {BytePath} from '../path.ts';
import {sides, type Side} from '../plan/operation.ts';
import type {CycleRequest} from './cycle.ts';

/** What a rule's next look is for, and when it may be. Times are milliseconds of one clock. */
export type Agenda = {
	/** All of a side; without one, of both. */
	whole(side?: Side): void;
	changed(side: Side, folders: Iterable<BytePath>): void;
	/** What a carrier was bringing has arrived, or may be tried again. */
	arrived(): void;
	/** When the next look is due by what is known now; `Infinity`: nothing is to be done. */
	dueAt(): number;
	/** What is due, taken off. */
	take(): Pick<CycleRequest, 'full' | 'folders'>;
	/**
	 * Folders that changed under the look that was taken last, for it to see to them as well; taken off.
	 * None, and nothing taken off, where fewer than `least` of the laptop's are known.
	 */
	news(least?: number): CycleRequest['folders'];
	/** What moved under the look that was taken last waits a while, longer each time. */
	looked(again: CycleRequest['folders']): void;
	/** Everything, for the look that was taken last failed. */
	failed(): void;
};

const settleMs = 100;
const longestSettleMs = 3000;

/** A folder in which something kept changing under so many looks on end. */
type Restless = {looks: number; at: number};

/** Each folder that is restless waits by itself: a save in another one waits for none of them. */
export const createAgenda = (now: () => number): Agenda => {
	const full: Record<Side, boolean> = {local: true, remote: true};
	const folders: Record<Side, Set<BytePath>> = {local: new Set(), remote: new Set()};
	const restless: Record<Side, Map<BytePath, Restless>> = {local: new Map(), remote: new Map()};
	let hasArrived = false;
	let last = {full: {...full}, folders: {local: new Set<BytePath>(), remote: new Set<BytePath>()}};
	let isLooking = false;

	const whole = (side?: Side) => {
		for (const each of sides) if (side === undefined || side === each) full[each] = true;
	};

	/** What changes under a look may have been seen by it or not. */
	const isUnderLook = (side: Side, folder: BytePath) =>
		isLooking && (last.full[side] || last.folders[side].has(folder));

	return {
		whole,
		changed(side, changed) {
			for (const folder of changed) {
				if (isUnderLook(side, folder) || !restless[side].has(folder)) folders[side].add(folder);
			}
		},
		arrived() {
			hasArrived = true;
		},
		dueAt() {
			const isDue = sides.some(side => full[side] || folders[side].size > 0);
			if (isDue || hasArrived) return 0;
			const times = sides.flatMap(side => [...restless[side].values()].map(({at}) => at));
			return Math.min(Infinity, ...times);
		},
		take() {
			for (const side of sides) {
				for (const [folder, {at}] of restless[side]) if (at <= now()) folders[side].add(folder);
			}

			last = {
				full: {...full},
				folders: {local: new Set(folders.local), remote: new Set(folders.remote)},
			};
			hasArrived = false;
			isLooking = true;
			for (const side of sides) {
				full[side] = false;
				folders[side].clear();
			}

			return last;
		},
		news(least = 0) {
			if (folders.local.size < least) return {local: new Set(), remote: new Set()};
			const told = {local: new Set(folders.local), remote: new Set(folders.remote)};
			for (const side of sides) {
				for (const folder of told[side]) last.folders[side].add(folder);
				folders[side].clear();
			}

			return told;
		},
		looked(again) {
			isLooking = false;
			for (const side of sides) {
				const moved = again[side];
				for (const folder of restless[side].keys()) {
					const wasSeen = last.full[side] || last.folders[side].has(folder);
					if (wasSeen && !moved.has(folder)) restless[side].delete(folder);
				}

				for (const folder of moved) {
					const looks = (restless[side].get(folder)?.looks ?? 0) + 1;
					const waitMs = Math.min(longestSettleMs, settleMs * 2 ** (looks - 1));
					restless[side].set(folder, {looks, at: now() + waitMs});
					folders[side].delete(folder);
				}
			}
		},
		failed() {
			isLooking = false;
			whole();
		},
	};
};
