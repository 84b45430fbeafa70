import {expect, test} from 'vitest';
import {hostClock} from '../../source/client/host-clock.ts';

const hourMs = 3_600_000;
const read = (headers: Record<string, string | undefined>) => {
	const clock = hostClock();
	clock.read({headers});
	return Math.round((clock.now() - Date.now()) / 10_000) * 10_000;
};

test('a host whose clock is an hour off is asked by its own', () => {
	const date = (shift: number) => new Date(Date.now() + shift).toUTCString();
	expect(read({date: date(hourMs)})).toBe(hourMs);
	expect(read({date: date(-hourMs)})).toBe(-hourMs);
	expect(read({date: date(-1200)})).toBe(0);
	expect(read({date: 'nonsense'})).toBe(0);
	expect(read({})).toBe(0);
});
