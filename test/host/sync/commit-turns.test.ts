import {expect, test} from 'vitest';
import {CommitTurns} from '../../../source/host/sync/commit-turns.ts';

test('a transaction that arrives early waits for the one before it', async () => {
	const turns = new CommitTurns();
	const order: string[] = [];
	const second = turns.take('b', 'a', async () => void order.push('b'));
	const third = turns.take('c', 'b', async () => void order.push('c'));
	await turns.take('a', undefined, async () => void order.push('a'));
	await Promise.all([second, third]);
	expect(order).toEqual(['a', 'b', 'c']);
});

test('one that failed does not hold up the next', async () => {
	const turns = new CommitTurns();
	const first = turns.take('a', undefined, async () => {
		throw new Error('no');
	});
	await expect(first).rejects.toThrow('no');
	expect(await turns.take('b', 'a', async () => 'done')).toBe('done');
});

test('the next one is worked on after the one before it, not beside it', async () => {
	const turns = new CommitTurns();
	const {promise, resolve} = Promise.withResolvers<void>();
	const order: string[] = [];
	const first = turns.take('a', undefined, async () => {
		await promise;
		order.push('a');
	});
	const second = turns.take('b', 'a', async () => void order.push('b'));
	resolve();
	await Promise.all([first, second]);
	expect(order).toEqual(['a', 'b']);
});
