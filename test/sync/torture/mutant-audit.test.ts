import {expect, test, vi} from 'vitest';
import type * as Trash from '../../../source/sync/endpoint/trash.ts';
import {findFault} from './find-fault.ts';

vi.mock('../../../source/sync/endpoint/trash.ts', async original => {
	const real = await original<typeof Trash>();
	return {
		...real,
		createTrash: (...parts: Parameters<typeof real.createTrash>) => ({
			...real.createTrash(...parts),
			audit: () => [],
		}),
	};
});

test('a trash that is never looked at again is caught', async () => {
	expect(await findFault(({lost}) => lost.length > 0)).toBe(true);
});
