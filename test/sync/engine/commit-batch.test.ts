import {expect, test} from 'vitest';
import {FleetError} from '../../../source/errors.ts';
import {commitBatch, type Commits} from '../../../source/sync/engine/commit-batch.ts';
import {emptyReport} from '../../../source/sync/engine/report.ts';

/** A side that waits for the transaction before, as a daemon does that began anew and never got it. */
const waiting = (stopped: unknown[]) =>
	({
		side: 'remote',
		txn: 'abc',
		halves: new Set(),
		filled: false,
		report: emptyReport(),
		context: {
			rule: {direction: 'bidi'},
			now: () => new Date(),
			onMoved() {},
			inlineFileBytes: 1,
			ledger: {transaction: (work: () => void) => work(), intend() {}},
			endpoints: {
				remote: {
					commit: (_: unknown, stop: AbortSignal) =>
						new Promise((_resolve, reject) => {
							stop.addEventListener('abort', () => {
								stopped.push(stop.reason);
								reject(stop.reason as Error);
							});
						}),
				},
			},
		},
	}) as unknown as Commits;

const batch = {operations: [], contents: [], packs: []};

test('whose predecessor was lost with the link is not waited for', async () => {
	const stopped: unknown[] = [];
	const lost = new FleetError('connection-lost', 'it broke');
	const flight = commitBatch(
		waiting(stopped),
		{txn: 'abcx1', after: 'abcx0'},
		batch,
		Promise.reject(lost),
	);
	await expect(flight).rejects.toBe(lost);
	expect(stopped).toEqual([lost]);
});

test('whose predecessor failed on the host is heard to its end', async () => {
	const stopped: unknown[] = [];
	const full = Promise.reject(new FleetError('disk-full', 'no room'));
	const flight = commitBatch(waiting(stopped), {txn: 'abcx1', after: 'abcx0'}, batch, full);
	const first = await Promise.race([
		flight.catch(() => 'ended'),
		new Promise(resolve => setImmediate(() => resolve('waits'))),
	]);
	expect([first, stopped]).toEqual(['waits', []]);
});
