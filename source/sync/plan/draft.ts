import {blockReasons, contentOf, isBlocked, type BlockReason, type Signature} from '../entry.ts';
import {joinPath, nameOf, parentOf, shownPath, type BytePath} from '../path.ts';
import {countDeletions} from './deletions.ts';
import {
	emptyPlan,
	type Conflict,
	type Difference,
	type Drift,
	type Operation,
	type Plan,
	type PlanRule,
	type Side,
} from './operation.ts';
import {inOrder} from './order.ts';
import {collisions, isWithin} from './tree.ts';

/** A plan while it is made. */
export type PlanDraft = {
	/** It stands below something that is left alone, or in a folder that is held: not now. */
	waits(path: BytePath): boolean;
	/** Leaves alone the live names that a side could not hold apart. */
	refuseCollisions(live: readonly BytePath[]): void;
	collides(path: BytePath): boolean;
	add(side: Side, operation: Operation): void;
	agree(path: BytePath, signature: Signature | undefined): void;
	conflict(conflict: Conflict): void;
	drift(drift: Drift): void;
	block(path: BytePath, difference: Difference): void;
	finish(): Plan;
};

export const createDraft = (
	differences: ReadonlyMap<BytePath, Difference>,
	rule: PlanRule,
): PlanDraft => {
	const operations: Record<Side, Operation[]> = {local: [], remote: []};
	const plan = emptyPlan();
	const held = new Set(rule.held);
	const shut = new Set<BytePath>();
	for (const [path, {local, remote}] of differences) {
		if (isBlocked(local?.signature) || isBlocked(remote?.signature)) shut.add(path);
	}

	/** Names that both sides have alike, beside those that differ: a new name may be one of them to a side. */
	const standing = (live: readonly BytePath[]): BytePath[] => {
		const folders = new Set(live.map(path => parentOf(path)));
		return [...folders].flatMap(folder =>
			[...(rule.alikeIn?.(folder) ?? [])]
				.map(name => joinPath(folder, name))
				.filter(path => !differences.has(path)),
		);
	};

	let colliding = new Map<BytePath, BytePath>();
	return {
		waits: path => isWithin(path, held) || (!shut.has(path) && isWithin(path, shut)),
		refuseCollisions(live) {
			if (!rule.folds.local && !rule.folds.remote) return;
			colliding = collisions([...standing(live), ...live]);
			for (const [path, other] of colliding) {
				// What is in step already stays so, and whatever changes below it.
				if (!differences.has(path)) {
					colliding.delete(path);
					continue;
				}

				const reason = `differs only in case or Unicode form from ${shownPath(nameOf(other))}`;
				plan.blocked.push({path, reason});
			}
		},
		collides: path => isWithin(path, colliding),
		add: (side, operation) => void operations[side].push(operation),
		agree: (path, signature) => void plan.agreed.push([path, signature]),
		conflict: conflict => void plan.conflicts.push(conflict),
		drift: drift => void plan.drift.push(drift),
		block(path, difference) {
			const side = isBlocked(difference.local?.signature) ? 'local' : 'remote';
			const reason = contentOf(difference[side]!.signature) as BlockReason;
			plan.blocked.push({
				path,
				reason: `${side}: ${blockReasons[reason] ?? reason}`,
				...(reason === 'unreadable' ? {isFailure: true} : {}),
			});
		},
		finish() {
			for (const side of ['local', 'remote'] as const) {
				plan[side] = inOrder(operations[side]);
				plan.deletions[side] = countDeletions(operations[side]);
			}

			return plan;
		},
	};
};
