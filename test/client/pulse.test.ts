import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {startPulse, type Pulse} from '../../source/client/pulse.ts';
import type {FleetError} from '../../source/errors.ts';

beforeEach(() => {
	vi.useFakeTimers();
});
afterEach(() => {
	pulse?.end();
	vi.useRealTimers();
});

let pulse: Pulse | undefined;

/** A host that answers after so long, or, with undefined, not at all. */
const start = (answerMs: number | undefined, {measures = true}: {measures?: boolean} = {}) => {
	const seen = {
		pings: 0,
		roundTrips: [] as number[],
		dead: undefined as FleetError | undefined,
		answerMs,
	};
	pulse = startPulse({
		measures,
		ping: async signal =>
			new Promise((resolve, reject) => {
				seen.pings++;
				if (seen.answerMs !== undefined) setTimeout(resolve, seen.answerMs);
				signal.addEventListener('abort', () => reject(new Error('aborted')));
			}),
		onRoundTrip: milliseconds => seen.roundTrips.push(milliseconds),
		onDead(error) {
			seen.dead = error;
		},
	});
	return seen;
};

test('it measures at once, again for the way alone, and then every few seconds', async () => {
	const seen = start(20);
	await vi.advanceTimersByTimeAsync(100);
	expect(seen.roundTrips).toEqual([20, 20]);
	await vi.advanceTimersByTimeAsync(12_000);
	expect(seen.roundTrips).toHaveLength(4);
	expect(seen.dead).toBeUndefined();
});

test('where nobody sees what it takes, a host that goes on talking is asked at first alone', async () => {
	const seen = start(20, {measures: false});
	for (let second = 0; second < 30; second++) {
		await vi.advanceTimersByTimeAsync(1000);
		if (second % 4 === 0) pulse!.heard();
	}

	expect(seen.roundTrips).toEqual([20, 20]);
	await vi.advanceTimersByTimeAsync(8000);
	expect(seen.roundTrips).toHaveLength(3);
});

test.each([true, false])(
	'a host that stops to answer is dead after some seconds, not before; measured: %s',
	async measures => {
		const seen = start(20, {measures});
		await vi.advanceTimersByTimeAsync(1000);
		seen.answerMs = undefined;
		await vi.advanceTimersByTimeAsync(4000);
		expect(seen.dead).toBeUndefined();
		await vi.advanceTimersByTimeAsync(8000);
		expect(seen.dead?.code).toBe('connection-lost');
	},
);

test('a host that is late with answers and goes on talking is not dead', async () => {
	const seen = start(20);
	await vi.advanceTimersByTimeAsync(1000);
	seen.answerMs = undefined;
	for (let second = 0; second < 30; second++) {
		await vi.advanceTimersByTimeAsync(1000);
		pulse!.heard();
	}

	expect(seen.dead).toBeUndefined();
});

test('after the laptop slept, a link that says nothing is given up quickly', async () => {
	const seen = start(20);
	await vi.advanceTimersByTimeAsync(1000);
	seen.answerMs = undefined;
	vi.setSystemTime(Date.now() + 3_600_000);
	const {pings} = seen;
	await vi.advanceTimersByTimeAsync(1000);
	expect(seen.pings).toBe(pings + 1);
	await vi.advanceTimersByTimeAsync(3000);
	expect(seen.dead?.code).toBe('connection-lost');
});

test('after the laptop slept, a link that still answers stays', async () => {
	const seen = start(20);
	await vi.advanceTimersByTimeAsync(1000);
	vi.setSystemTime(Date.now() + 3_600_000);
	await vi.advanceTimersByTimeAsync(10_000);
	expect(seen.dead).toBeUndefined();
});
