import {expect, test} from 'vitest';
import {createFlights, near} from '../../../source/sync/engine/flights.ts';

const fly = (flights: ReturnType<typeof createFlights>, txn: string) => {
	const {promise: landed, resolve, reject} = Promise.withResolvers<void>();
	flights.add({
		txn,
		steps: [
			{kind: 'mkdir', path: txn},
			{kind: 'fill', path: `${txn}/d`, files: [['a', 'f', 1, 0]]},
		],
		landed,
	});
	return {resolve, reject};
};

test('what is under way is told until it has landed', async () => {
	const flights = createFlights();
	const first = fly(flights, 'x');
	const second = fly(flights, 'y');
	expect(flights.last()?.txn).toBe('y');
	expect([...flights.paths()]).toEqual(['x', 'x/d', 'x/d/a', 'y', 'y/d', 'y/d/a']);
	first.resolve();
	await flights.untilAtMost(1);
	expect([...flights.paths()]).toEqual(['y', 'y/d', 'y/d/a']);
	second.resolve();
	await flights.untilAtMost(0);
	expect(flights.last()).toBe(undefined);
});

test('one that failed is heard of by whoever waits for fewer, and all come to their end', async () => {
	const flights = createFlights();
	const first = fly(flights, 'x');
	const second = fly(flights, 'y');
	first.reject(new Error('lost'));
	await expect(flights.untilAtMost(1)).rejects.toThrow('lost');
	second.resolve();
	await flights.untilSettled();
	await expect(flights.untilAtMost(0)).rejects.toThrow('lost');
});

test('near is what stands there, above or below', () => {
	const isNear = near(['a/b/c', 'd']);
	expect(['a/b/c', 'a/b', 'a', 'a/b/c/e', 'd', 'd/f/g'].filter(path => !isNear(path))).toEqual([]);
	expect(['a/b/d', 'a/bc', 'ab', 'e', 'dd/f'].filter(isNear)).toEqual([]);
});
