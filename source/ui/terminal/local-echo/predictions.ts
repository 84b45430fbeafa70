import type {Key} from './keys.ts';
import {overlayOf, type Overlay} from './overlay.ts';
import {isEchoed, isLate, placedOf, placeOf, type Pending} from './pending.ts';
import {isSame, type Point, type Screen} from './screen.ts';

/** Times are milliseconds of one clock. */
export type Predictions = {
	/** `send` numbers what is typed, upwards. */
	typed(keys: readonly Key[], send: number, now: number): void;
	/** The host has handed this and all before to the program. */
	taken(send: number, now: number): void;
	/** Compares with what the host has drawn by now; to be called after each change of anything. */
	compare(screen: Screen, now: number): void;
	/** What to draw over what the host has drawn; undefined for nothing. Late is what waits longer than that. */
	shown(screen: Screen, now: number, lateMs: number): Overlay | undefined;
	/** When time alone changes something again. */
	nextAt(now: number, lateMs: number): number | undefined;
	/** Nothing that was typed is known any more. */
	forget(): void;
	readonly isEmpty: boolean;
};

/** A program that has taken a key has drawn its echo by then, or draws none. */
const graceMs = 200;
/** What a key did that cannot be foretold shows by then. */
const settleMs = 30;

/**
 * Foretells what keys will draw, as mosh does (Winstein and Balakrishnan, "Mosh: An Interactive Remote
 * Shell for Mobile Clients", 2012): a letter appears at the cursor. Nothing is shown until the host
 * has echoed a letter, and again after each key that is no letter: it may have led to a place
 * that echoes nothing, like a password.
 */
export const createPredictions = (): Predictions => {
	let pending: Pending[] = [];
	let isTrusted = false;
	/** Where the last echo has left the cursor, after so many letters. */
	let base: {point: Point; typed: number} | undefined;

	const distrust = (entry: Pending) => {
		entry.key = {kind: 'other'};
		isTrusted = false;
	};

	const place = (screen: Screen) => {
		for (const [index, entry] of pending.entries()) {
			if (entry.place) continue;
			const previous = pending[index - 1];
			// What is there already is not foretold any more.
			if (entry.key.kind === 'other' || entry.takenAt !== undefined) return;
			if (previous && !previous.place) return;
			if (!previous) {
				// Hidden while the host draws, maybe.
				if (!screen.cursor) return;
				if (!isSame(base?.point, screen.cursor)) {
					isTrusted = false;
					base = {point: screen.cursor, typed: 0};
				}
			}

			const start = previous?.place
				? {point: previous.place.after, typed: previous.place.typed}
				: base;
			const placed = start && placeOf(entry.key, start, {screen, before: pending.slice(0, index)});
			if (!placed) return distrust(entry);
			entry.place = {...placed, isTrusted};
		}
	};

	const confirm = (screen: Screen) => {
		let count = 0;
		for (const [index, {place, takenAt}] of pending.entries()) {
			if (!place || takenAt === undefined) break;
			if (isEchoed(pending.slice(0, index + 1), screen)) count = index + 1;
		}

		if (count === 0) return;
		const confirmed = pending.slice(0, count);
		pending = pending.slice(count);
		const {after, typed} = confirmed.at(-1)!.place!;
		base = {point: after, typed};
		// A letter that stood there before tells nothing.
		const isProven = confirmed.some(
			({key, place}) => key.kind === 'letter' && key.text !== place!.before && key.text !== ' ',
		);
		if (!isProven) return;
		isTrusted = pending.every(({key}) => key.kind !== 'other');
		for (const entry of pending) if (entry.place) entry.place.isTrusted = true;
	};

	const judge = (now: number) => {
		const first = pending[0];
		if (!first?.place || first.takenAt === undefined || now - first.takenAt < graceMs) return;
		isTrusted = false;
		base = undefined;
		pending = pending
			.filter(({takenAt}) => takenAt === undefined)
			.map(({send, sentAt}) => ({key: {kind: 'other'}, send, sentAt}));
	};

	const settle = (now: number) => {
		const isOver = ({place, takenAt}: Pending) =>
			!place && takenAt !== undefined && now - takenAt >= settleMs;
		const left = pending.findIndex(entry => !isOver(entry));
		pending = pending.slice(left === -1 ? pending.length : left);
	};

	return {
		typed(keys, send, now) {
			for (const key of keys) {
				const last = pending.at(-1);
				if (key.kind === 'other' && last?.key.kind === 'other' && !last.place) {
					Object.assign(last, {send, sentAt: now});
					delete last.takenAt;
				} else pending.push({key, send, sentAt: now});
				if (key.kind === 'other') isTrusted = false;
			}
		},
		taken(send, now) {
			for (const entry of pending) if (entry.send <= send) entry.takenAt ??= now;
		},
		compare(screen, now) {
			confirm(screen);
			judge(now);
			settle(now);
			place(screen);
		},
		shown(screen, now, lateMs) {
			const placed = placedOf(pending);
			const isKnown =
				isSame(screen.cursor, base?.point) ||
				placed.some((_, index) => isEchoed(placed.slice(0, index + 1), screen));
			if (!isKnown || !placed[0]?.place.isTrusted) return undefined;
			return overlayOf(placed, {screen, isLate: entry => isLate(entry, now, lateMs)});
		},
		nextAt(now, lateMs) {
			const first = pending[0];
			const times = placedOf(pending)
				.filter(({takenAt}) => takenAt === undefined)
				.map(({sentAt}) => sentAt + lateMs);
			if (first?.takenAt !== undefined) {
				times.push(first.takenAt + (first.place ? graceMs : settleMs));
			}

			const next = Math.min(...times.filter(time => time > now));
			return Number.isFinite(next) ? next : undefined;
		},
		forget() {
			pending = [];
			isTrusted = false;
			base = undefined;
		},
		get isEmpty() {
			return pending.length === 0;
		},
	};
};
