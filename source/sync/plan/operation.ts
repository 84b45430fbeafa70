import type {Entry, Signature} from '../entry.ts';
import type {BytePath} from '../path.ts';

export type Side = 'local' | 'remote';
export const sides = ['local', 'remote'] as const;
export const otherSide = (side: Side): Side => (side === 'local' ? 'remote' : 'local');

/** A path at which a side is not as the ancestor, the content last known alike on both. */
export type Difference = {
	base: Signature | undefined;
	local: Entry | undefined;
	remote: Entry | undefined;
};

/**
 * One step on one side. `expected` is what the plan saw there: where something else stands by
 * then, nothing is done and the path is planned anew.
 */
export type Operation =
	/** Renames it, so that the name is free; nothing is lost by it. */
	| {kind: 'aside'; path: BytePath; to: BytePath; expected: Signature}
	| {kind: 'remove'; path: BytePath; expected: Signature}
	| {kind: 'rmdir'; path: BytePath}
	| {kind: 'mkdir'; path: BytePath}
	| {
			kind: 'put';
			path: BytePath;
			signature: Signature;
			size: number;
			mtimeMs: number;
			expected: Signature | undefined;
			/** Where what is displaced stays in the tree; undefined: it goes to the trash. */
			copy: BytePath | undefined;
	  }
	/** Only the executable bit differs. */
	| {kind: 'mode'; path: BytePath; signature: Signature; expected: Signature};

export type Put = Extract<Operation, {kind: 'put'}>;

export type Conflict = {path: BytePath; copy: BytePath | undefined; keeps: Side};
export type Drift = {
	path: BytePath;
	change: 'added' | 'changed' | 'deleted';
	copy: BytePath | undefined;
};
/** Left alone. `isFailure`: it should have been synced and could not be, as where permission is missing. */
export type Blocked = {path: BytePath; reason: string; isFailure?: true};

/** What a cycle does; the operations of each side are in the order in which they must be done. */
export type Plan = {
	local: Operation[];
	remote: Operation[];
	/** Becomes the ancestor without a transfer; undefined forgets the path. */
	agreed: Array<[BytePath, Signature | undefined]>;
	conflicts: Conflict[];
	drift: Drift[];
	blocked: Blocked[];
	/** Contents that a side loses and gets nowhere else: what the brake counts. */
	deletions: Record<Side, number>;
};

export const emptyPlan = (): Plan => ({
	local: [],
	remote: [],
	agreed: [],
	conflicts: [],
	drift: [],
	blocked: [],
	deletions: {local: 0, remote: 0},
});

export type PlanRule = {
	direction: 'up' | 'bidi';
	owner: Side;
	conflict: 'keep-both' | 'owner';
	/** True where the side's file system takes names that differ in case or Unicode form as one. */
	folds: Record<Side, boolean>;
	/** What a folder holds that both sides were last known to have alike; asked where a side folds. */
	alikeIn?: (folder: BytePath) => Iterable<BytePath>;
	/** In the names of conflict copies. */
	stamp: string;
	/** Folders that wait: a repository whose index is locked. */
	held?: readonly BytePath[];
};
