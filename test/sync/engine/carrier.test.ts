import {afterEach, expect, test, vi} from 'vitest';
import {FleetError} from '../../../source/errors.ts';
import {createCarrier} from '../../../source/sync/engine/carrier.ts';
import type {MoveJob} from '../../../source/sync/engine/mover.ts';
import type {Put} from '../../../source/sync/plan/operation.ts';

const put = (path: string, size = 1, signature = 'f1'): Put => ({
	kind: 'put',
	path,
	signature,
	size,
	mtimeMs: 0,
	expected: undefined,
	copy: undefined,
});

afterEach(() => void vi.useRealTimers());

type Failures = ReadonlyMap<string, FleetError>;
const none: Failures = new Map();

/** A carrier whose jobs end when the test says so. */
const start = () => {
	const jobs: Array<MoveJob & PromiseWithResolvers<Failures>> = [];
	const dropped: string[] = [];
	let kept = 0;
	let news = 0;
	const carrier = createCarrier({
		mover(job) {
			const ending = Promise.withResolvers<Failures>();
			job.signal.addEventListener('abort', () => ending.reject(job.signal.reason as Error));
			jobs.push({...job, ...ending});
			return ending.promise;
		},
		keep() {
			kept++;
			return () => kept--;
		},
		onNews: () => news++,
	});
	const told = {
		bytes() {},
		dropped: (puts: readonly Put[]) => void dropped.push(...puts.map(({path}) => path)),
	};
	/** As a cycle asks for all that differs. */
	const carry = (...puts: Put[]) => {
		const brought = carrier.broughtOf('remote', puts);
		return carrier.carry(
			'remote',
			puts.filter(each => !brought.has(each)),
			told,
		);
	};
	return {carrier, carry, jobs, dropped, told, kept: () => kept, news: () => news};
};

test('one job a side; what was brought is told until it is taken, and asked for again after that', async () => {
	const {carrier, carry, jobs, kept} = start();
	const [a, b] = [put('a'), put('b')];
	expect(carry(a)).toEqual([a]);
	expect(carry(a, b)).toEqual([b]);
	expect(jobs).toHaveLength(1);
	expect(carrier.broughtOf('remote', [a, b]).size).toBe(0);
	jobs[0]!.resolve(none);
	await carrier.untilNews();
	expect(kept()).toBe(0);
	expect([...carrier.broughtOf('remote', [a, b])]).toEqual([a]);
	expect(carrier.isLittered('remote')).toBe(false);
	carrier.taken('remote', [a]);
	expect(carrier.broughtOf('remote', [a]).size).toBe(0);
	expect(carrier.isLittered('remote')).toBe(true);
	expect(carry(a)).toEqual([a]);
	expect(carrier.isLittered('remote')).toBe(false);
	await carrier.close();
});

test('a content that is another one by now counts for nothing', async () => {
	const {carrier, carry, jobs} = start();
	carry(put('a'));
	jobs[0]!.resolve(none);
	await carrier.untilNews();
	expect(carrier.broughtOf('remote', [put('a', 1, 'f2')]).size).toBe(0);
	expect(carrier.broughtOf('remote', [put('a')]).size).toBe(0);
});

test('smaller ones do not wait for a very large one', async () => {
	const {carrier, carry, jobs} = start();
	const [huge, medium] = [put('huge', 1e9), put('medium', 1e6)];
	carry(huge, medium);
	expect(jobs[0]!.puts).toEqual([medium]);
	jobs[0]!.resolve(none);
	await carrier.untilNews();
	carry(huge);
	expect(jobs[1]!.puts).toEqual([huge]);
	await carrier.close();
});

test('a way that fails is tried again after a while, longer each time; the other side’s job goes on', async () => {
	vi.useFakeTimers({now: 0});
	const {carrier, carry, jobs, dropped, told, news} = start();
	const a = put('a');
	carry(a);
	carrier.carry('local', [put('b')], told);
	for (const [failures, seconds] of [1, 2, 4].entries()) {
		jobs.at(failures === 0 ? 0 : -1)!.reject(new Error('no route'));
		await carrier.untilNews();
		expect(carry(a, put('c'))).toEqual([]);
		expect(carrier.isCarrying('remote')).toBe(false);
		expect(carrier.waiting('remote')).toMatchObject([
			{path: undefined, error: {message: 'no route'}, retryAt: Date.now() + seconds * 1000},
		]);
		const before = news();
		await vi.advanceTimersByTimeAsync(seconds * 1000);
		expect(news()).toBe(before + 1);
		carry(a);
		expect(carrier.isCarrying('remote')).toBe(true);
	}

	expect(dropped).toEqual(['a', 'a', 'a']);
	expect(carrier.waiting('local')).toEqual([]);
	expect(carrier.isCarrying('local')).toBe(true);
	const closed = carrier.close();
	expect(jobs.every(({signal}) => signal.aborted)).toBe(true);
	await closed;
});

test('a file that fails waits alone: what came with it is there, and others go before its next try', async () => {
	vi.useFakeTimers({now: 0});
	const {carrier, carry, jobs} = start();
	const [bad, good, late] = [put('bad'), put('good'), put('late')];
	carry(bad, good);
	jobs[0]!.resolve(new Map([['bad', new FleetError('denied', 'not this one')]]));
	await carrier.untilNews();
	expect([...carrier.broughtOf('remote', [bad, good, late])]).toEqual([good]);
	carry(bad, late);
	expect(jobs[1]!.puts).toEqual([late]);
	expect(carrier.waiting('remote')).toMatchObject([{path: 'bad', retryAt: 1000}]);
	jobs[1]!.resolve(none);
	await carrier.untilNews();
	expect(carrier.isLittered('remote')).toBe(false);
	carrier.retry();
	carry(bad, late);
	expect(jobs[2]!.puts).toEqual([bad]);
	// Another content of it is not to blame.
	jobs[2]!.resolve(new Map([['bad', new FleetError('denied', 'not this one')]]));
	await carrier.untilNews();
	carry(put('bad', 1, 'f2'));
	expect(jobs[3]!.puts).toHaveLength(1);
	await Promise.all([carrier.close(), vi.advanceTimersByTimeAsync(3000)]);
});

test('what arrives torn again and again waits between its tries', async () => {
	vi.useFakeTimers({now: 0});
	const {carrier, carry, jobs} = start();
	const a = put('a');
	const waits: number[] = [];
	for (let round = 0; round < 4; round++) {
		carry(a);
		for (const {retryAt} of carrier.waiting('remote')) {
			waits.push(retryAt - Date.now());
			await vi.advanceTimersByTimeAsync(retryAt - Date.now());
			carry(a);
		}

		jobs.at(-1)!.resolve(none);
		await carrier.untilNews();
		// Its hash is another one: the next cycle asks for it anew.
		expect(carrier.broughtOf('remote', [a]).size).toBe(1);
		carrier.taken('remote', [a]);
		carrier.refused('remote', [a]);
	}

	expect(waits).toEqual([1000, 2000]);
	await carrier.close();
});
