import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {networkOf, watchWay} from '../../source/client/watch-way.ts';

beforeEach(() => {
	vi.useFakeTimers();
});
afterEach(() => {
	vi.useRealTimers();
});

test('another address is another network, another order is not', () => {
	const at = (address: string) => ({address}) as never;
	const one = networkOf({lo: [at('127.0.0.1')], eth0: [at('10.0.0.2')]});
	expect(networkOf({eth0: [at('10.0.0.2')], lo: [at('127.0.0.1')]})).toBe(one);
	expect(networkOf({lo: [at('127.0.0.1')], eth0: [at('10.0.0.3')]})).not.toBe(one);
});

test('it tells of a sleep, of nothing where nothing happened, and of nothing once ended', () => {
	const onChange = vi.fn();
	const end = watchWay(onChange);
	vi.advanceTimersByTime(10_000);
	expect(onChange).not.toHaveBeenCalled();
	vi.setSystemTime(Date.now() + 3_600_000);
	vi.advanceTimersByTime(1000);
	expect(onChange).toHaveBeenCalledOnce();
	end();
	vi.setSystemTime(Date.now() + 3_600_000);
	vi.advanceTimersByTime(10_000);
	expect(onChange).toHaveBeenCalledOnce();
});
