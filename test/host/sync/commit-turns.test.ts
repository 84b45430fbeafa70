import {expect, test} from 'vitest';
import {CommitTurns} from '../../../source/host/sync/commit-turns.ts';

const {signal} = new AbortController();

test('a transaction that arrives early waits for the one before it', async () => {
	const turns = new CommitTurns();
	const order: string[] = [];
	const second = turns.take({txn: 'b', after: 'a'}, signal, async () => void order.push('b'));
	const third = turns.take({txn: 'c', after: 'b'}, signal, async () => void order.push('c'));
	await turns.take({txn: 'a'}, signal, async () => void order.push('a'));
	await Promise.all([second, third]);
	expect(order).toEqual(['a', 'b', 'c']);
});

test('one that failed does not hold up the next', async () => {
	const turns = new CommitTurns();
	const first = turns.take({txn: 'a'}, signal, async () => {
		throw new Error('no');
	});
	await expect(first).rejects.toThrow('no');
	expect(await turns.take({txn: 'b', after: 'a'}, signal, async () => 'done')).toBe('done');
});

test('the next one is worked on after the one before it, not beside it', async () => {
	const turns = new CommitTurns();
	const {promise, resolve} = Promise.withResolvers<void>();
	const order: string[] = [];
	const first = turns.take({txn: 'a'}, signal, async () => {
		await promise;
		order.push('a');
	});
	const second = turns.take({txn: 'b', after: 'a'}, signal, async () => void order.push('b'));
	resolve();
	await Promise.all([first, second]);
	expect(order).toEqual(['a', 'b']);
});

test('whose laptop is gone waits no longer for one that was lost', async () => {
	const turns = new CommitTurns();
	const gone = new AbortController();
	let isDone = false;
	const taken = turns.take({txn: 'b', after: 'lost'}, gone.signal, async () => (isDone = true));
	gone.abort();
	await expect(taken).rejects.toThrow('did not arrive');
	expect(isDone).toBe(false);
	const late = turns.take({txn: 'c', after: 'lost'}, gone.signal, async () => {});
	await expect(late).rejects.toThrow('did not arrive');
});
