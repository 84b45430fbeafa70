import type {FleetError} from '../../errors.ts';
import {
	emptyPlan,
	type Blocked,
	type Conflict,
	type Drift,
	type Plan,
	type Side,
} from '../plan/operation.ts';
import type {BytePath} from '../path.ts';

export type HaltReason =
	| {kind: 'root-missing'; side: Side; root: BytePath}
	| {kind: 'root-not-a-folder'; side: Side; root: BytePath}
	| {kind: 'roots-overlap'; side: Side; root: BytePath; other: string}
	| {kind: 'root-replaced'; side: Side; root: BytePath}
	| {kind: 'root-emptied'; side: Side}
	| {kind: 'deletions'; side: Side; count: number; files: number; limit: number}
	| {kind: 'disk-full'; side: Side};

export type Failed = {side: Side; path: BytePath; code: string};

/** A larger file, or all that are on their way to a side, that could not be brought and is tried again. */
export type Held = {side: Side; path: BytePath | undefined; error: FleetError; retryAt: number};

export type Moved = {files: number; bytes: number; deleted: number; other: number};

/** What one cycle did, and what it leaves to the next. */
export type CycleReport = {
	/** By the side that it was done on. */
	moved: Record<Side, Moved>;
	plan: Plan;
	conflicts: Array<Conflict & {copy: BytePath}>;
	drift: Drift[];
	blocked: Blocked[];
	failed: Failed[];
	secrets: BytePath[];
	/** Repositories that wait for their lock to go. */
	busy: BytePath[];
	halted: HaltReason | undefined;
	/** Larger files are on their way: a later cycle puts them in place. */
	isCarrying: boolean;
	/** Larger files that wait for their next try. */
	held: Held[];
	/** Folders that must be looked at again, for they moved under the cycle. */
	again: Record<Side, Set<BytePath>>;
	/** How long the look at the whole of a side took, of those where there was one. */
	wholeMs: Partial<Record<Side, number>>;
};

export const emptyReport = (): CycleReport => ({
	moved: {
		local: {files: 0, bytes: 0, deleted: 0, other: 0},
		remote: {files: 0, bytes: 0, deleted: 0, other: 0},
	},
	plan: emptyPlan(),
	conflicts: [],
	drift: [],
	blocked: [],
	failed: [],
	secrets: [],
	busy: [],
	halted: undefined,
	isCarrying: false,
	held: [],
	again: {local: new Set(), remote: new Set()},
	wholeMs: {},
});

/** What is planned several times in a cycle fails as often, and is told of once. */
export const uniqueFailures = (failed: readonly Failed[]): Failed[] => [
	...new Map(failed.map(failure => [`${failure.side} ${failure.path}`, failure])).values(),
];
