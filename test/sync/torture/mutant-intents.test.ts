import {expect, test, vi} from 'vitest';
import type * as Ledger from '../../../source/sync/engine/ledger.ts';
import {findFault} from './find-fault.ts';

// Forgets what was under way: after a crash what arrived looks like another's edit.
vi.mock('../../../source/sync/engine/ledger.ts', async original => {
	const real = await original<typeof Ledger>();
	return {
		...real,
		openLedger: (file: string) => ({...real.openLedger(file), intents: () => []}),
	};
});

test('a crash after which nobody knows what was under way leaves needless copies, and is caught', async () => {
	expect(await findFault(({needless}) => needless > 0)).toBe(true);
});
