import type {Key} from './keys.ts';
import {isSame, type Cell, type Point, type Screen} from './screen.ts';

/** Letters drawn before the host has. */
export type Shown = {
	readonly cells: readonly DrawnCell[];
	readonly cursor: Point;
};

export type DrawnCell = {
	readonly point: Point;
	readonly text: string;
	readonly look: string;
	readonly isInverse: boolean;
	/** The host should have taken it long ago. */
	readonly isLate: boolean;
	/** What the host has drawn there. */
	readonly under: Cell;
};

/** Times are milliseconds of one clock. */
export type Predictions = {
	/** `send` numbers what is typed, upwards. */
	typed(keys: readonly Key[], send: number, now: number): void;
	/** The host has handed this and all before to the program. */
	taken(send: number, now: number): void;
	/** Compares with what the host has drawn by now; to be called after each change of anything. */
	compare(screen: Screen, now: number): void;
	/** What to draw over what the host has drawn; undefined for nothing. Late is what waits longer than that. */
	shown(screen: Screen, now: number, lateMs: number): Shown | undefined;
	/** When time alone changes something again. */
	nextAt(now: number, lateMs: number): number | undefined;
	/** Nothing that was typed is known any more. */
	forget(): void;
	readonly isEmpty: boolean;
};

type Pending = {
	key: Key;
	send: number;
	sentAt: number;
	takenAt?: number;
	/** Where it changes the screen, where the cursor is then, and how many letters stand before it that were typed. */
	place?: {at: Point; after: Point; typed: number; before: string; isTrusted: boolean};
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
		base = undefined;
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
			return drawnOf(placed, {screen, isLate: entry => isLate(entry, now, lateMs)});
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

type Placed = Pending & {place: NonNullable<Pending['place']>};

const placedOf = (pending: readonly Pending[]): Placed[] => {
	const left = pending.findIndex(({place}) => !place);
	return pending.slice(0, left === -1 ? pending.length : left) as Placed[];
};

const isLate = ({takenAt, sentAt}: Pending, now: number, lateMs: number): boolean =>
	takenAt === undefined && now - sentAt >= lateMs;

/** What the keys make of a cell, the last first. */
const textAt = (point: Point, keys: readonly Pending[]): string | undefined => {
	const last = keys.findLast(({place}) => isSame(place?.at, point));
	if (!last) return undefined;
	return last.key.kind === 'letter' ? last.key.text : ' ';
};

/** Where a key will change the screen; undefined where that cannot be foretold. */
const placeOf = (
	key: Key,
	{point, typed}: {point: Point; typed: number},
	{screen, before}: {screen: Screen; before: readonly Pending[]},
): Omit<NonNullable<Pending['place']>, 'isTrusted'> | undefined => {
	const {y} = point;
	const at = key.kind === 'letter' ? point : {x: point.x - 1, y};
	// The last column is where lines wrap, each program in its own way.
	if (at.x < 0 || at.x >= screen.columns - 1) return undefined;
	const cell = screen.cell(at);
	const text = textAt(at, before) ?? cell.text;
	if (!cell.isPlain) return undefined;
	if (key.kind === 'letter') {
		// Within a line, what stands behind would move.
		if (text !== ' ' && text !== key.text) return undefined;
		return {at, after: {x: at.x + 1, y}, typed: typed + 1, before: text};
	}

	// Nobody may take back what he did not type, a prompt for instance.
	const behind = textAt(point, before) ?? screen.cell(point).text;
	if (key.kind !== 'erase' || typed === 0 || behind !== ' ') return undefined;
	return {at, after: at, typed: typed - 1, before: text};
};

/** The host has drawn all that these keys were to draw. */
const isEchoed = (keys: readonly Pending[], screen: Screen): boolean =>
	isSame(screen.cursor, keys.at(-1)?.place?.after) &&
	keys.every(({place}) => textAt(place!.at, keys) === screen.cell(place!.at).text);

const drawnOf = (
	placed: readonly Placed[],
	{screen, isLate}: {screen: Screen; isLate(entry: Pending): boolean},
): Shown | undefined => {
	const cells = new Map<number, DrawnCell>();
	for (const entry of placed) {
		const {at} = entry.place;
		const under = screen.cell(at);
		const text = entry.key.kind === 'letter' ? entry.key.text : ' ';
		// The host has drawn something else there meanwhile.
		const isFree = text === ' ' || under.text === ' ' || under.text === text || cells.has(at.x);
		if (!under.isPlain || !isFree) return undefined;
		const left = cells.get(at.x - 1) ?? (at.x > 0 ? screen.cell({...at, x: at.x - 1}) : under);
		const model = text === ' ' || left.text === ' ' ? under : left;
		const {look} = model;
		const isInverse = model.isInverse && !(model === under && screen.isCursorDrawn);
		cells.set(at.x, {
			point: at,
			text,
			look,
			isInverse,
			isLate: text !== ' ' && isLate(entry),
			under,
		});
	}

	const cursor = placed.at(-1)!.place.after;
	if (screen.isCursorDrawn) {
		for (const point of [screen.cursor!, cursor]) {
			const under = screen.cell(point);
			if (!under.isPlain) return undefined;
			const cell = cells.get(point.x) ?? {...under, point, isLate: false, under};
			cells.set(point.x, {...cell, isInverse: point === cursor});
		}
	}

	const isChanged = ({text, isInverse, isLate, under}: DrawnCell) =>
		isLate || text !== under.text || isInverse !== under.isInverse;
	return {cells: [...cells.values()].filter(isChanged), cursor};
};
