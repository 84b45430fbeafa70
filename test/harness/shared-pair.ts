import {afterAll, beforeAll, vi} from 'vitest';
import {startSyncedPair, type SyncedPair} from './synced-pair.ts';

/** One pair for all tests of a file, there when the first of them starts and ended after the last. */
export const sharedPair = (start: () => Promise<SyncedPair> = startSyncedPair): SyncedPair => {
	// Each test starts the real program many times, on a machine that may be busy.
	vi.setConfig({testTimeout: 120_000});
	let pair: SyncedPair | undefined;
	beforeAll(async () => {
		pair = await start();
	}, 60_000);
	afterAll(async () => {
		await pair?.[Symbol.asyncDispose]();
	}, 60_000);
	return new Proxy({} as SyncedPair, {get: (_, name) => Reflect.get(pair!, name) as unknown});
};
