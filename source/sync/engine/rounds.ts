import {otherSide, type Side} from '../plan/operation.ts';

/**
 * When each side is looked at as a whole, though nothing was told: what tells of changes are hints.
 * Times are milliseconds of one clock.
 */
export type Rounds = {
	/** `at`: when the look was over. */
	looked(side: Side, look: {at: number; tookMs: number}): void;
	/** `polls`: sides of which nothing tells. */
	dueAt(side: Side, polls: Readonly<Record<Side, boolean>>): number;
};

type Look = {
	at: number;
	tookMs: number;
	/** The quicker one of the last two: what had to read much says little of what the next will take. */
	usualMs: number;
};

const everyMs = 60_000;
/** The looks at one side may take this part of the time. */
const share = 500;
/** With what else goes on, no minute has room for the looks at both sides of a large tree. */
const apartMs = 65_000;
/** The host gives up a rule of which it hears nothing for a quarter of an hour. */
const longestMs = 10 * 60_000;
const pollShare = 4;

/**
 * A small tree is looked at every minute, a larger one by what it takes: two minutes at 50,000
 * files, its sides in turn. Where nothing tells of changes it is every `pollMs`, if that can be had.
 */
export const createRounds = (pollMs: number): Rounds => {
	const looks: Partial<Record<Side, Look>> = {};
	const isLarge = (look: Look | undefined) => look !== undefined && look.usualMs * share > everyMs;
	return {
		looked(side, {at, tookMs}) {
			looks[side] = {at, tookMs, usualMs: Math.min(tookMs, looks[side]?.tookMs ?? Infinity)};
		},
		dueAt(side, polls) {
			const own = looks[side];
			const other = looks[otherSide(side)];
			if (own === undefined) return 0;
			if (polls[side]) return own.at + Math.max(pollMs, own.usualMs * pollShare);
			if (!isLarge(own)) return own.at + everyMs;
			const dueAt = own.at + Math.min(longestMs, Math.max(2 * apartMs, own.usualMs * share));
			const isAlone = polls[otherSide(side)] || !isLarge(other);
			return isAlone ? dueAt : Math.max(dueAt, other!.at + apartMs);
		},
	};
};
