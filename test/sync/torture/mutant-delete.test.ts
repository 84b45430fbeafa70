import {unlinkSync} from 'node:fs';
import {expect, test, vi} from 'vitest';
import type * as RemoveEntry from '../../../source/sync/endpoint/commit/remove-entry.ts';
import {done, stale} from '../../../source/sync/endpoint/commit/outcome.ts';
import {look} from '../../../source/sync/endpoint/look.ts';
import {findFault} from './find-fault.ts';

// Looks, and then deletes for good.
vi.mock('../../../source/sync/endpoint/commit/remove-entry.ts', async original => ({
	...(await original<typeof RemoveEntry>()),
	prepareRemove(...[transaction, {path, expected}]: Parameters<typeof RemoveEntry.prepareRemove>) {
		const {context, folders, written} = transaction;
		const target = folders.reach(path);
		if (look(target)?.signature !== expected) return () => stale;
		return () => {
			context.step('remove');
			unlinkSync(target);
			written.set(path, undefined);
			return done;
		};
	},
}));

test('a delete that goes by no trash is caught', async () => {
	expect(await findFault(({lost}) => lost.length > 0)).toBe(true);
});
