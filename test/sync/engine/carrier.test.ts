import {expect, test} from 'vitest';
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

/** A carrier whose jobs end when the test says so. */
const start = () => {
	const jobs: Array<MoveJob & PromiseWithResolvers<void>> = [];
	let kept = 0;
	const carrier = createCarrier({
		mover(job) {
			const ending = Promise.withResolvers<void>();
			job.signal.addEventListener('abort', () => ending.reject(job.signal.reason as Error));
			jobs.push({...job, ...ending});
			return ending.promise;
		},
		keep() {
			kept++;
			return () => kept--;
		},
	});
	const carry = (...puts: Put[]) => carrier.carry('remote', puts, () => {});
	return {carrier, carry, jobs, kept: () => kept};
};

test('one job a side; what was brought is told until it is taken, and asked for again after that', async () => {
	const {carrier, carry, jobs, kept} = start();
	const [a, b] = [put('a'), put('b')];
	expect(carry(a)).toEqual([a]);
	expect(carry(a, b)).toEqual([b]);
	expect(jobs).toHaveLength(1);
	expect(carrier.broughtOf('remote', [a, b]).size).toBe(0);
	jobs[0]!.resolve();
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
	jobs[0]!.resolve();
	await carrier.untilNews();
	expect(carrier.broughtOf('remote', [put('a', 1, 'f2')]).size).toBe(0);
	expect(carrier.broughtOf('remote', [put('a')]).size).toBe(0);
});

test('smaller ones do not wait for a very large one', async () => {
	const {carrier, carry, jobs} = start();
	const [huge, medium] = [put('huge', 1e9), put('medium', 1e6)];
	carry(huge, medium);
	expect(jobs[0]!.puts).toEqual([medium]);
	jobs[0]!.resolve();
	await carrier.untilNews();
	carry(huge);
	expect(jobs[1]!.puts).toEqual([huge]);
	await carrier.close();
});

test('a failure is told once, and the other side’s job goes on', async () => {
	const {carrier, carry, jobs} = start();
	carry(put('a'));
	carrier.carry('local', [put('b')], () => {});
	jobs[0]!.reject(new Error('no route'));
	await carrier.untilNews();
	expect(carrier.takeFailure('remote')).toMatchObject({message: 'no route'});
	expect(carrier.takeFailure('remote')).toBeUndefined();
	expect(carrier.takeFailure('local')).toBeUndefined();
	expect(carry(put('a'))).toHaveLength(1);
	await carrier.close();
	expect(jobs.every(({signal}) => signal.aborted)).toBe(true);
});
