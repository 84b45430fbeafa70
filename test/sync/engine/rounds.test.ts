import {expect, test} from 'vitest';
import type {Side} from '../../../source/sync/plan/operation.ts';
import {createRounds} from '../../../source/sync/engine/rounds.ts';

const watched = {local: false, remote: false};
const second = 1000;
const minute = 60 * second;

/** Looks at what is due, one side after the other, for so long; yields when each look was over. */
const play = (
	tookMs: Record<Side, number>,
	{polls = watched, forMs = 60 * minute}: {polls?: Record<Side, boolean>; forMs?: number} = {},
): Array<{side: Side; at: number}> => {
	const rounds = createRounds(2000);
	const looks: Array<{side: Side; at: number}> = [];
	for (let now = 0; now < forMs; now += 100) {
		const side = (['local', 'remote'] as const).find(each => now >= rounds.dueAt(each, polls));
		if (side === undefined) continue;
		now += tookMs[side];
		rounds.looked(side, {at: now, tookMs: tookMs[side]});
		looks.push({side, at: now});
	}

	return looks;
};

const gaps = (looks: ReadonlyArray<{side: Side; at: number}>, side?: Side): number[] => {
	const times = looks.filter(look => side === undefined || look.side === side).map(({at}) => at);
	return times.slice(1).map((at, index) => at - times[index]!);
};

test('a side that was never looked at is due at once', () => {
	expect(createRounds(2000).dueAt('local', watched)).toBe(0);
});

test('a small tree is looked at every minute', () => {
	for (const gap of gaps(play({local: 20, remote: 40}), 'local')) {
		expect(gap).toBeGreaterThanOrEqual(minute);
		expect(gap).toBeLessThan(minute + second);
	}
});

test('no minute holds the looks at both sides of a large tree, and each has its turn', () => {
	const looks = play({local: 180, remote: 200});
	// The first ones are those of the start.
	for (const gap of gaps(looks.slice(1))) expect(gap).toBeGreaterThan(minute);
	for (const side of ['local', 'remote'] as const) {
		expect(Math.max(...gaps(looks, side).slice(1))).toBeLessThan(2.5 * minute);
	}
});

test.each([1000, 60_000])(
	'a look of %d ms comes as often as its share allows, or each ten minutes',
	ms => {
		const looks = gaps(play({local: ms, remote: ms}, {forMs: 300 * minute}), 'local').slice(1);
		const expected = Math.min(500 * ms, 10 * minute);
		for (const gap of looks) {
			expect(gap).toBeGreaterThanOrEqual(expected);
			expect(gap).toBeLessThan(expected + 3 * minute);
		}
	},
);

test('a small side waits for no large one', () => {
	const looks = play({local: 10, remote: 1000});
	expect(Math.max(...gaps(looks, 'local'))).toBeLessThan(minute + 3 * second);
});

test('a side that nothing tells of is looked at as often as asked, and the other one as ever', () => {
	const looks = play({local: 300, remote: 300}, {polls: {local: true, remote: false}});
	expect(Math.max(...gaps(looks, 'local'))).toBeLessThan(3 * second);
	expect(Math.min(...gaps(looks, 'remote'))).toBeGreaterThan(2 * minute);
	const slow = play({local: 5000, remote: 10}, {polls: {local: true, remote: false}});
	expect(Math.min(...gaps(slow, 'local'))).toBeGreaterThanOrEqual(20 * second);
});

test('a look that had to read much does not put off the next ones', () => {
	const rounds = createRounds(2000);
	rounds.looked('local', {at: 0, tookMs: 20});
	rounds.looked('local', {at: minute, tookMs: 30 * second});
	expect(rounds.dueAt('local', watched)).toBe(2 * minute);
});
