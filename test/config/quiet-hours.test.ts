import {expect, test} from 'vitest';
import {isQuiet, parseQuietHours} from '../../source/config/quiet-hours.ts';

test.each([
	['22:00-07:00', 21, 59, false],
	['22:00-07:00', 22, 0, true],
	['22:00-07:00', 0, 0, true],
	['22:00-07:00', 6, 59, true],
	['22:00-07:00', 7, 0, false],
	['12:30-13:00', 12, 29, false],
	['12:30-13:00', 12, 30, true],
	['12:30-13:00', 13, 0, false],
])('quiet hours %s at %i:%i: %s', (span, hours, minutes, expected) => {
	expect(isQuiet(parseQuietHours(span)!, new Date(2026, 10, 20, hours, minutes))).toBe(expected);
});

test('without quiet hours it is never quiet', () => {
	expect(isQuiet(null, new Date())).toBe(false);
});
