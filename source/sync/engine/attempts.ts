import type {FleetError} from '../../errors.ts';
import type {Signature} from '../entry.ts';
import type {BytePath} from '../path.ts';
import type {Put} from '../plan/operation.ts';

/** Something that failed, and when it is tried again, in milliseconds of the laptop's clock. */
export type Waiting = {
	/** Undefined: the way to the other side, and so all of them. */
	path: BytePath | undefined;
	error: FleetError;
	retryAt: number;
};

/** What failed of a side's larger files. Each waits longer for its next try, and no other waits for it. */
export type Attempts = {
	/** A file failed once more. The first `free` times it waits for nothing. */
	fail(put: Put, error: FleetError, free?: number): void;
	/** The way itself failed: that is no file's fault, and holds up all of them. */
	failWay(error: FleetError): void;
	/** It leads there again. */
	openWay(): void;
	/** True where this content failed before. */
	hasFailed(put: Put): boolean;
	/** True where it may be tried now. */
	isDue(put: Put): boolean;
	/** What waits for its next try. */
	waiting(): Waiting[];
	/** Nothing failed that is still wanted. */
	isEmpty(): boolean;
	/** Forgets all that are not among these any more, or have another content. */
	keep(puts: readonly Put[]): void;
	/** None waits any longer. */
	retry(): void;
};

const longestMs = 30_000;

/** So long the next try waits after so many that failed. */
export const backoffMs = (failures: number): number =>
	failures <= 0 ? 0 : Math.min(longestMs, 1000 * 2 ** (failures - 1));

type Attempt = {count: number; error: FleetError; retryAt: number};

export const createAttempts = (
	waitMs: (failures: number) => number = backoffMs,
	now: () => number = Date.now,
): Attempts => {
	const files = new Map<BytePath, Attempt & {signature: Signature}>();
	let way: Attempt | undefined;
	const of = ({path, signature}: Put) => {
		const known = files.get(path);
		return known?.signature === signature ? known : undefined;
	};

	const next = (before: Attempt | undefined, error: FleetError, free: number): Attempt => {
		const count = (before?.count ?? 0) + 1;
		return {count, error, retryAt: now() + waitMs(count - free)};
	};

	return {
		fail(put, error, free = 0) {
			files.set(put.path, {signature: put.signature, ...next(of(put), error, free)});
		},
		failWay(error) {
			way = next(way, error, 0);
		},
		openWay() {
			way = undefined;
		},
		hasFailed: put => of(put) !== undefined,
		isDue: put => (of(put)?.retryAt ?? 0) <= now() && (way?.retryAt ?? 0) <= now(),
		waiting: () =>
			[...(way === undefined ? [] : [[undefined, way] as const]), ...files]
				.filter(([, {retryAt}]) => retryAt > now())
				.map(([path, {error, retryAt}]) => ({path, error, retryAt})),
		isEmpty: () => way === undefined && files.size === 0,
		keep(puts) {
			const wanted = new Map(puts.map(({path, signature}) => [path, signature]));
			for (const [path, {signature}] of files) {
				if (wanted.get(path) !== signature) files.delete(path);
			}

			if (puts.length === 0) way = undefined;
		},
		retry() {
			for (const attempt of files.values()) attempt.retryAt = 0;
			if (way !== undefined) way.retryAt = 0;
		},
	};
};
