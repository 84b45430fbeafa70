import {expect, test} from 'vitest';
import {FleetError} from '../../../source/errors.ts';
import {startHealth, stepHealth, type HealthInput} from '../../../source/sync/engine/health.ts';
import {emptyReport} from '../../../source/sync/engine/report.ts';
import {healthText} from '../../../source/sync/present-health.ts';

const after = (...inputs: HealthInput[]) => inputs.reduce(stepHealth, startHealth(0));
const moving = (at: number, bytes: number): HealthInput => ({
	kind: 'progress',
	at,
	progress: {phase: 'moving', files: 0, totalFiles: 1, bytes, totalBytes: 9_000_000},
});

test('what moves says so, and since when nothing of it has moved', () => {
	expect(healthText(after(moving(1000, 3_100_000)), 5000)).toBe('moving 0/1 files 3.1 MB');
	const still = after(moving(1000, 3_100_000), moving(8000, 3_100_000));
	expect(healthText(still, 20_000)).toBe('moving 0/1 files 3.1 MB, nothing for 19 s');
	const again = stepHealth(still, moving(19_000, 3_200_000));
	expect(healthText(again, 20_000)).toBe('moving 0/1 files 3.2 MB');
});

const error = new FleetError('denied', 'not this one');
const held = [{side: 'remote' as const, path: 'big.bin', error, retryAt: 9000}];
const report = (at: number, change: object): HealthInput => ({
	kind: 'report',
	at,
	report: {...emptyReport(), ...change},
	conflicts: 0,
});

test('a rule that cannot bring a file is not in step, and says which, why and when it is tried again', () => {
	const health = after(report(1000, {held}));
	expect(health.inStepAt).toBeUndefined();
	expect(healthText(health, 5000)).toBe('failed: big.bin: not this one; again in 4 s');
	// A look for something else leaves that as it is; the next try is a look.
	expect(stepHealth(health, {kind: 'look', at: 6000}).phase).toBe('failed');
	expect(stepHealth(health, {kind: 'look', at: 9000}).phase).toBe('looking');
	expect(stepHealth(health, report(9500, {})).phase).toBe('in-step');
});

test('what else is on its way meanwhile is shown as moving', () => {
	const health = after(moving(1000, 1), report(2000, {held, isCarrying: true}));
	expect(health.phase).toBe('moving');
});

test('what could not be written is said to have failed, not to be left alone', () => {
	const failed = [{side: 'remote' as const, path: 'a', code: 'EACCES'}];
	expect(healthText(after(report(1000, {failed})), 3000)).toBe('in step 2 s · 1 failed');
});
