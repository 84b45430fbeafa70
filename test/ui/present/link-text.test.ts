import {expect, test} from 'vitest';
import {emptySlice} from '../../../source/fleet/slice.ts';
import {linkText} from '../../../source/ui/present/link-text.ts';

test.each([
	[4200, '5 s'],
	[1000, '1 s'],
	[300, '1 s'],
])('a try that comes in %d ms is %s away, never none', (ms, wait) => {
	const error = {code: 'connection-lost', message: 'gone'} as const;
	const link = {phase: 'reconnecting', since: 0, attempt: 2, retryAt: 10_000 + ms, error} as const;
	const {words, brief} = linkText({...emptySlice('gpu', 0), link, now: 10_000});
	expect(words[0]).toBe(`reconnecting in ${wait} (2)`);
	expect(brief[0]).toBe(`retry in ${wait}`);
});
