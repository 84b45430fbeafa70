import {expect, test, vi} from 'vitest';
import type * as CommitBatch from '../../../source/sync/engine/commit-batch.ts';
import {operationsOf} from '../../../source/sync/plan/fill.ts';
import {outcomeOf} from '../../../source/sync/plan/outcome.ts';
import {findFault} from './find-fault.ts';

// Writes down as alike what is yet to be done: after a crash the old content counts as the newer one.
vi.mock('../../../source/sync/engine/commit-batch.ts', async original => {
	const real = await original<typeof CommitBatch>();
	return {
		...real,
		async commitBatch(...parts: Parameters<typeof real.commitBatch>) {
			const [{context}, , {operations}] = parts;
			const {ledger} = context;
			ledger.transaction(() =>
				ledger.agree(
					operations
						.flatMap(operationsOf)
						.filter(({kind}) => kind !== 'aside')
						.map(operation => [operation.path, outcomeOf(operation)]),
				),
			);
			return real.commitBatch(...parts);
		},
	};
});

test('an ancestor that is written before the commit is caught', async () => {
	expect(await findFault(({lost, buried}) => lost.length + buried.length > 0)).toBe(true);
});
