import {randomBytes} from 'node:crypto';
import {FleetError, toFleetError} from '../../errors.ts';
import {untilAborted} from '../../transport/until-aborted.ts';
import type {Signature} from '../entry.ts';
import type {BytePath} from '../path.ts';
import {otherSide, type Put, type Side} from '../plan/operation.ts';
import {syncTrace} from '../trace.ts';
import {createAttempts, type Attempts, type Waiting} from './attempts.ts';
import type {Mover} from './mover.ts';

/**
 * Has larger files brought beside the tree of a side while cycles go on, so that a small save
 * waits for none of them. A later cycle puts in place what a job has brought.
 */
export type Carrier = {
	/** Those of the puts whose contents have been brought; what was brought for another plan is forgotten. */
	broughtOf(side: Side, puts: readonly Put[]): ReadonlySet<Put>;
	/** These are put in place now, or their hash says that they must be brought again. */
	taken(side: Side, puts: Iterable<Put>): void;
	/** These were taken, and not used yet. */
	returned(side: Side, puts: Iterable<Put>): void;
	/** These could not be put in place: what arrived is another content, or they changed there. */
	refused(side: Side, puts: Iterable<Put>): void;
	/**
	 * Begins a job with the smallest of the puts, unless the side has one or all wait for their next try.
	 * Yields those that count as under way from now on.
	 */
	carry(side: Side, puts: readonly Put[], told: CarryTold): Put[];
	isCarrying(side: Side): boolean;
	/** What failed and waits for its next try. */
	waiting(side: Side): Waiting[];
	/** Nothing waits for its next try any longer. */
	retry(): void;
	/** True where nothing is under way or waits, and what jobs left beside the tree may go. */
	isLittered(side: Side): boolean;
	swept(side: Side): void;
	/** That the side's last job found the disk full; asked once. */
	takeFullDisk(side: Side): FleetError | undefined;
	/** Until a job ends; at once where none is under way. */
	untilNews(): Promise<void>;
	/** Ends what is under way. */
	close(): Promise<void>;
};

export type CarryTold = {
	bytes(count: number): void;
	/** These are under way no more, and as many bytes of them went in vain. */
	dropped(puts: readonly Put[], bytes: number): void;
};

export type CarrierOptions = {
	mover: Mover;
	/** Called as a job begins; what it yields, as it ends: nobody else may use the stage meanwhile. */
	keep?: () => () => void;
	/** A job has ended, or something that failed may be tried again. */
	onNews?: () => void;
	/** So long the next try waits after so many that failed. */
	waitMs?: (failures: number) => number;
};

/** What is smaller does not wait for the rest of a large transfer. */
const jobBytes = 64 * 1024 * 1024;

const closeMs = 2000;

type SideState = {
	brought: Map<BytePath, Signature>;
	/** All that was asked for since the side was last at rest. */
	known: Map<BytePath, Signature>;
	attempts: Attempts;
	job: Promise<void> | undefined;
	isUsed: boolean;
	fullDisk: FleetError | undefined;
	retry: NodeJS.Timeout | undefined;
};

const restless = () =>
	new FleetError('failed', 'it changed each time while it was on its way, here or there');

export const createCarrier = ({mover, keep, onNews, waitMs}: CarrierOptions): Carrier => {
	const closing = new AbortController();
	const start = (): SideState => ({
		brought: new Map(),
		known: new Map(),
		attempts: createAttempts(waitMs),
		job: undefined,
		isUsed: false,
		fullDisk: undefined,
		retry: undefined,
	});
	const states: Record<Side, SideState> = {local: start(), remote: start()};
	const news = () => {
		if (!closing.signal.aborted) onNews?.();
	};

	const run = async (side: Side, puts: readonly Put[], told: CarryTold): Promise<void> => {
		const state = states[side];
		const release = keep?.();
		const txn = randomBytes(6).toString('hex');
		let moved = 0;
		const onBytes = (bytes: number) => {
			moved += bytes;
			told.bytes(bytes);
		};
		const drop = (dropped: readonly Put[], bytes: number) => {
			for (const {path} of dropped) state.known.delete(path);
			if (dropped.length > 0) told.dropped(dropped, bytes);
		};

		try {
			const job = {txn, from: otherSide(side), to: side, puts, signal: closing.signal, onBytes};
			const failed = await syncTrace.around(`job ${txn} to ${side}, ${puts.length} files`, () =>
				mover(job),
			);
			state.attempts.openWay();
			for (const put of puts) {
				const error = failed.get(put.path);
				if (error === undefined) state.brought.set(put.path, put.signature);
				else state.attempts.fail(put, error);
			}

			drop(
				puts.filter(({path}) => failed.has(path)),
				0,
			);
		} catch (thrown) {
			const error = toFleetError(thrown);
			if (error.code === 'disk-full') state.fullDisk = error;
			else state.attempts.failWay(error);
			drop(puts, moved);
		} finally {
			state.job = undefined;
			release?.();
			news();
		}
	};

	/** Wakes whoever lets it carry when the next try is due. */
	const schedule = (state: SideState) => {
		clearTimeout(state.retry);
		const waiting = state.attempts.waiting();
		if (waiting.length === 0 || closing.signal.aborted) return;
		const at = Math.min(...waiting.map(({retryAt}) => retryAt));
		state.retry = setTimeout(news, at - Date.now()).unref();
	};

	const jobs = () => [states.local.job, states.remote.job].filter(job => job !== undefined);
	return {
		broughtOf(side, puts) {
			const {brought, known, attempts} = states[side];
			attempts.keep(puts);
			const found = puts.filter(({path, signature}) => brought.get(path) === signature);
			const wanted = new Set(found.map(({path}) => path));
			for (const path of brought.keys()) {
				if (wanted.has(path)) continue;
				brought.delete(path);
				known.delete(path);
			}

			return new Set(found);
		},
		taken(side, puts) {
			const state = states[side];
			for (const {path} of puts) {
				state.brought.delete(path);
				state.known.delete(path);
			}
		},
		returned(side, puts) {
			for (const {path, signature} of puts) {
				states[side].brought.set(path, signature);
				states[side].known.set(path, signature);
			}
		},
		refused(side, puts) {
			// The first time it may have changed just then.
			for (const put of puts) states[side].attempts.fail(put, restless(), 1);
		},
		carry(side, puts, told) {
			const state = states[side];
			const {attempts, known} = state;
			const ready = puts.filter(put => attempts.isDue(put));
			const fresh = ready.filter(({path, signature}) => known.get(path) !== signature);
			for (const {path, signature} of fresh) known.set(path, signature);
			if (state.job === undefined && ready.length > 0 && !closing.signal.aborted) {
				state.isUsed = true;
				const healthy = ready.filter(put => !attempts.hasFailed(put));
				// What failed before goes alone, so that nothing fails with it.
				state.job = run(side, healthy.length > 0 ? firstOf(healthy) : ready.slice(0, 1), told);
			}

			schedule(state);
			return fresh;
		},
		isCarrying: side => states[side].job !== undefined,
		waiting: side => states[side].attempts.waiting(),
		retry() {
			for (const {attempts} of Object.values(states)) attempts.retry();
		},
		isLittered(side) {
			const {job, brought, isUsed, attempts} = states[side];
			// What is tried again goes on from what is there.
			return isUsed && job === undefined && brought.size === 0 && attempts.isEmpty();
		},
		swept(side) {
			states[side].isUsed = false;
		},
		takeFullDisk(side) {
			const {fullDisk} = states[side];
			states[side].fullDisk = undefined;
			return fullDisk;
		},
		async untilNews() {
			if (jobs().length > 0) await Promise.race(jobs());
		},
		async close() {
			closing.abort();
			for (const {retry} of Object.values(states)) clearTimeout(retry);
			// A thread that is busy answers late; nothing comes of it any more.
			await untilAborted(Promise.all(jobs()), AbortSignal.timeout(closeMs)).catch(() => {});
		},
	};
};

function firstOf(puts: readonly Put[]): Put[] {
	const sorted = [...puts].sort((a, b) => a.size - b.size);
	let bytes = 0;
	const end = sorted.findIndex(({size}) => (bytes += size) > jobBytes);
	return end === -1 ? sorted : sorted.slice(0, Math.max(1, end));
}
