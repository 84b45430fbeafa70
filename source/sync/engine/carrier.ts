import {randomBytes} from 'node:crypto';
import {untilAborted} from '../../transport/until-aborted.ts';
import type {Signature} from '../entry.ts';
import type {BytePath} from '../path.ts';
import {otherSide, type Put, type Side} from '../plan/operation.ts';
import {syncTrace} from '../trace.ts';
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
	/** Begins a job with the smallest of the puts, unless the side has one. Yields those never asked for before. */
	carry(side: Side, puts: readonly Put[], onBytes: (bytes: number) => void): Put[];
	/** True where nothing is under way or waits, and what jobs left beside the tree may go. */
	isLittered(side: Side): boolean;
	swept(side: Side): void;
	/** Why the side's last job failed; asked once. */
	takeFailure(side: Side): unknown;
	/** Until a job ends; at once where none is under way. */
	untilNews(): Promise<void>;
	/** Ends what is under way. */
	close(): Promise<void>;
};

export type CarrierOptions = {
	mover: Mover;
	/** Called as a job begins; what it yields, as it ends: nobody else may use the stage meanwhile. */
	keep?: () => () => void;
	onNews?: () => void;
};

/** What is smaller does not wait for the rest of a large transfer. */
const jobBytes = 64 * 1024 * 1024;

const closeMs = 2000;

type SideState = {
	brought: Map<BytePath, Signature>;
	/** All that was asked for since the side was last at rest. */
	known: Map<BytePath, Signature>;
	job: Promise<void> | undefined;
	isUsed: boolean;
	failure: {error: unknown} | undefined;
};

export const createCarrier = ({mover, keep, onNews}: CarrierOptions): Carrier => {
	const closing = new AbortController();
	const start = (): SideState => ({
		brought: new Map(),
		known: new Map(),
		job: undefined,
		isUsed: false,
		failure: undefined,
	});
	const states: Record<Side, SideState> = {local: start(), remote: start()};

	const run = async (
		side: Side,
		puts: readonly Put[],
		onBytes: (bytes: number) => void,
	): Promise<void> => {
		const state = states[side];
		const release = keep?.();
		const txn = randomBytes(6).toString('hex');
		try {
			const {signal} = closing;
			const job = {txn, from: otherSide(side), to: side, puts, signal, onBytes};
			await syncTrace.around(`job ${txn} to ${side}, ${puts.length} files`, () => mover(job));
			for (const {path, signature} of puts) state.brought.set(path, signature);
		} catch (error) {
			state.failure = {error};
			state.known.clear();
		} finally {
			state.job = undefined;
			release?.();
			if (!closing.signal.aborted) onNews?.();
		}
	};

	const jobs = () => [states.local.job, states.remote.job].filter(job => job !== undefined);
	return {
		broughtOf(side, puts) {
			const {brought, known} = states[side];
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
			for (const {path} of puts) {
				states[side].brought.delete(path);
				states[side].known.delete(path);
			}
		},
		carry(side, puts, onBytes) {
			const state = states[side];
			const fresh = puts.filter(({path, signature}) => state.known.get(path) !== signature);
			for (const {path, signature} of fresh) state.known.set(path, signature);
			if (state.job === undefined && puts.length > 0 && !closing.signal.aborted) {
				state.isUsed = true;
				state.job = run(side, firstOf(puts), onBytes);
			}

			return fresh;
		},
		isLittered(side) {
			const {job, brought, isUsed} = states[side];
			return isUsed && job === undefined && brought.size === 0;
		},
		swept(side) {
			states[side].isUsed = false;
		},
		takeFailure(side) {
			const {failure} = states[side];
			states[side].failure = undefined;
			return failure?.error;
		},
		async untilNews() {
			if (jobs().length > 0) await Promise.race(jobs());
		},
		async close() {
			closing.abort();
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
