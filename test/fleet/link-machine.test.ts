import {describe, expect, test} from 'vitest';
import {
	backoffMs,
	offlineMs,
	stableMs,
	startLink,
	stepLink,
	type LinkInput,
	type LinkMachine,
} from '../../source/fleet/link-machine.ts';
import type {ErrorCode} from '../../source/errors.ts';

const run = (inputs: LinkInput[], from: LinkMachine = startLink(0)): LinkMachine =>
	inputs.reduce(stepLink, from);
const error = (code: ErrorCode) => ({code, message: code});
const failed = (at: number, code: ErrorCode = 'connection-refused', jitter = 1): LinkInput[] => [
	{kind: 'trying', at},
	{kind: 'failed', at, error: error(code), jitter},
];
const live = (at: number): LinkInput[] => [
	{kind: 'trying', at},
	{kind: 'opened', at, roundTripMs: undefined},
];
const lost = (at: number): LinkInput => ({
	kind: 'lost',
	at,
	error: error('connection-lost'),
	jitter: 1,
});

test('it begins connecting, at once', () => {
	expect(startLink(7)).toMatchObject({link: {phase: 'connecting', since: 7}, dueAt: 7});
});

test('an open stream is live, and learns its round trip', () => {
	const machine = run([...live(5), {kind: 'round-trip', at: 9, roundTripMs: 23}]);
	expect(machine.link).toEqual({phase: 'live', since: 5, roundTripMs: 23});
	expect(machine.dueAt).toBeUndefined();
});

test('refused attempts back off from 1 to 30 seconds', () => {
	let machine = startLink(0);
	const delays = [];
	for (let attempt = 1; attempt <= 8; attempt++) {
		machine = run(failed(1000), machine);
		delays.push(machine.dueAt! - 1000);
	}

	expect(delays).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
	expect(machine.link).toMatchObject({phase: 'reconnecting', attempt: 9, retryAt: 31_000});
});

test('jitter takes anything off a delay, but never all of it', () => {
	expect(backoffMs(4, 0)).toBe(100);
	expect(backoffMs(4, 0.5)).toBe(4000);
	expect(backoffMs(40, 1)).toBe(30_000);
});

test('a black hole is tried closely for a minute, then backed off from', () => {
	let machine = run([...live(0), lost(60_000)]);
	for (let at = 62_000; at < 115_000; at += 5000) {
		machine = run(failed(at, 'connection-timed-out'), machine);
		expect(machine.dueAt! - at).toBeLessThanOrEqual(1000);
	}

	machine = run(failed(125_000, 'connection-timed-out'), machine);
	expect(machine.dueAt! - 125_000).toBe(30_000);
});

describe('a lost link', () => {
	test('that was stable is tried again at once', () => {
		const machine = run([...failed(0), ...failed(1), ...live(10), lost(10 + stableMs)]);
		expect(machine).toMatchObject({
			dueAt: 10 + stableMs,
			link: {phase: 'reconnecting', attempt: 1, since: 10 + stableMs},
		});
	});

	test('that keeps falling is given ever more time', () => {
		let machine = startLink(0);
		const delays = [];
		for (let at = 0; at < 5000; at += 1000) {
			machine = run([...live(at), lost(at + 500)], machine);
			delays.push(machine.dueAt! - at - 500);
		}

		expect(delays).toEqual([0, 1000, 2000, 4000, 8000]);
	});
});

test('five minutes of failures are offline, with since the loss', () => {
	const machine = run([...live(0), lost(1000), ...failed(2000), ...failed(1000 + offlineMs)]);
	expect(machine.link).toMatchObject({phase: 'offline', since: 1000});
	expect(machine.dueAt).toBeDefined();
});

test.each<ErrorCode>([
	'auth-failed',
	'host-key-mismatch',
	'host-key-unknown',
	'host-key-revoked',
	'protocol-mismatch',
	'host-missing',
])('%s waits for a person, and a person begins anew', code => {
	const machine = run(failed(5, code));
	expect(machine).toMatchObject({link: {phase: 'refused', error: {code}}, dueAt: undefined});
	expect(stepLink(machine, {kind: 'retry', at: 9})).toMatchObject({
		link: {phase: 'connecting'},
		dueAt: 9,
	});
});

test.each<ErrorCode>(['name-unknown', 'connection-refused', 'proxy-failed', 'host-unreachable'])(
	'%s may mend itself',
	code => {
		expect(run(failed(5, code)).link.phase).toBe('reconnecting');
	},
);

test('a person ends the wait, and the backoff begins anew', () => {
	const waiting = run([...failed(0), ...failed(1000), ...failed(3000)]);
	const hurried = stepLink(waiting, {kind: 'retry', at: 3500});
	expect(hurried).toMatchObject({dueAt: 3500, link: {phase: 'reconnecting', retryAt: 3500}});
	expect(run(failed(3500), hurried).dueAt).toBe(4500);
});

test('a retry disturbs neither a live link nor an attempt that runs', () => {
	const machine = run(live(0));
	expect(stepLink(machine, {kind: 'retry', at: 1})).toBe(machine);
	const trying = run([...failed(0), {kind: 'trying', at: 1000}]);
	expect(stepLink(trying, {kind: 'retry', at: 1001})).toBe(trying);
});
