import type {Key} from './keys.ts';
import {isSame, type Point, type Screen} from './screen.ts';

/** A key that the host has not echoed yet. */
export type Pending = {
	key: Key;
	send: number;
	sentAt: number;
	takenAt?: number;
	/** Where it changes the screen, where the cursor is then, and how many letters stand before it that were typed. */
	place?: {at: Point; after: Point; typed: number; before: string; isTrusted: boolean};
};

export type Placed = Pending & {place: NonNullable<Pending['place']>};

/** Those whose effect is known, from the first. */
export const placedOf = (pending: readonly Pending[]): Placed[] => {
	const left = pending.findIndex(({place}) => !place);
	return pending.slice(0, left === -1 ? pending.length : left) as Placed[];
};

/** It waits for the host longer than `lateMs`. */
export const isLate = ({takenAt, sentAt}: Pending, now: number, lateMs: number): boolean =>
	takenAt === undefined && now - sentAt >= lateMs;

/** What the keys make of a cell, the last first. */
const textAt = (point: Point, keys: readonly Pending[]): string | undefined => {
	const last = keys.findLast(({place}) => isSame(place?.at, point));
	if (!last) return undefined;
	return last.key.kind === 'letter' ? last.key.text : ' ';
};

/** Where a key will change the screen; undefined where that cannot be foretold. */
export const placeOf = (
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
export const isEchoed = (keys: readonly Pending[], screen: Screen): boolean =>
	isSame(screen.cursor, keys.at(-1)?.place?.after) &&
	keys.every(({place}) => textAt(place!.at, keys) === screen.cell(place!.at).text);
