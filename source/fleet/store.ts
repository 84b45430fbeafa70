import type {Agent} from '../protocol/agent.ts';
import {heldOrder, reorder, sorted} from './order.ts';
import type {FleetStep} from './notices.ts';
import {reduceChanges, type Changes} from './reduce.ts';
import {emptySlice, type FleetInput, type FleetSlice} from './slice.ts';

export type FleetStore = {
	get(): FleetSlice;
	/** The agents, who needs a person first; the same array while nothing of it changed. */
	order(): readonly Agent[];
	push(input: FleetInput): void;
	/** What was pushed and not yet seen is seen at once: a key was pressed. */
	flush(): void;
	/** Keeps the order still until then (milliseconds of the clock). */
	hold(until: number): void;
	subscribe(listener: () => void): () => void;
	/** Calls back with each change, before whoever subscribed sees it. Returns the unsubscribe. */
	onStep(listener: (step: FleetStep) => void): () => void;
	close(): void;
};

export type StoreTimers = {
	now(): number;
	setTimeout(callback: () => void, ms: number): unknown;
	clearTimeout(timer: unknown): void;
};

const wallTimers: StoreTimers = {
	now: () => Date.now(),
	setTimeout: (callback, ms) => setTimeout(callback, ms),
	clearTimeout: timer => clearTimeout(timer as NodeJS.Timeout),
};

/** One picture of the fleet each 33 ms while something moves: what an eye can follow. */
export const frameMs = 33;
/** What moves on and on is shown ten times a second: no eye reads faster, and it costs a third. */
const stormFrameMs = 100;
const stormAfterMs = 500;
const fewInputs = 4;

/**
 * A remote's slice and who listens to it. What comes while all is quiet is shown at once, what
 * comes while something moves is shown with the next frame.
 */
export const createFleetStore = (remote: string, timers: StoreTimers = wallTimers): FleetStore => {
	let slice = emptySlice(remote, timers.now());
	let order: readonly Agent[] = [];
	let pending: FleetInput[] = [];
	let timer: unknown;
	let holdTimer: unknown;
	let heldUntil = 0;
	// While the order was held, it may be out of order: then nothing less than a sort mends it.
	let isHeld = false;
	let flushedAt = -Infinity;
	let calmAt = -Infinity;
	const listeners = new Set<() => void>();
	const stepListeners = new Set<(step: FleetStep) => void>();

	const arrange = (before: FleetSlice, changes: Changes): boolean => {
		const ordered = order;
		if (timers.now() < heldUntil) {
			order = heldOrder(order, slice.agents);
			isHeld = true;
		} else if (isHeld) {
			order = sorted(slice.agents);
			isHeld = false;
		} else {
			order = reorder(order, before.agents, slice.agents, changes);
		}

		return order !== ordered;
	};

	const notify = () => {
		for (const listener of [...listeners]) listener();
	};

	const flush = () => {
		if (timer !== undefined) timers.clearTimeout(timer);
		timer = undefined;
		if (pending.length === 0) return;
		const now = timers.now();
		const inputs = pending;
		// Judged by how much waited: a few changes, however close, are no storm, and none of them may wait for one.
		if (inputs.length <= fewInputs || now - flushedAt > 2 * stormFrameMs) calmAt = now;
		flushedAt = now;
		pending = [];
		const before = slice;
		const result = reduceChanges(slice, inputs);
		slice = result.slice;
		if (slice === before) return;
		if (slice.agents !== before.agents) arrange(before, result.changes);
		for (const listener of stepListeners) listener({before, after: slice, changes: result.changes});
		notify();
	};

	return {
		get: () => slice,
		order: () => order,
		push(input) {
			pending.push(input);
			if (!slice.isKnown) {
				// What a person has waited for is shown at once, and with it the news that the host is there.
				if (input.kind === 'event' && input.event.event === 'snapshot') return flush();
				const isThere = input.kind === 'link' && input.link.phase === 'live';
				if (isThere) return void (timer ??= timers.setTimeout(flush, frameMs));
			}

			const pauseMs = flushedAt - calmAt > stormAfterMs ? stormFrameMs : frameMs;
			const wait = flushedAt + pauseMs - timers.now();
			if (wait <= 0 && timer === undefined) flush();
			else timer ??= timers.setTimeout(flush, Math.max(0, wait));
		},
		flush,
		hold(until) {
			heldUntil = Math.max(heldUntil, until);
			holdTimer ??= timers.setTimeout(function release() {
				const rest = heldUntil - timers.now();
				holdTimer = rest > 0 ? timers.setTimeout(release, rest) : undefined;
				if (holdTimer === undefined && arrange(slice, undefined)) notify();
			}, heldUntil - timers.now());
		},
		subscribe(listener) {
			listeners.add(listener);
			return () => {
				listeners.delete(listener);
			};
		},
		onStep(listener) {
			stepListeners.add(listener);
			return () => {
				stepListeners.delete(listener);
			};
		},
		close() {
			if (timer !== undefined) timers.clearTimeout(timer);
			if (holdTimer !== undefined) timers.clearTimeout(holdTimer);
			timer = undefined;
			holdTimer = undefined;
			pending = [];
			listeners.clear();
			stepListeners.clear();
		},
	};
};
