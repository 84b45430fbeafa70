import {mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {FleetError} from '../../../source/errors.ts';
import type {FleetInput} from '../../../source/fleet/slice.ts';
import type {CycleRequest} from '../../../source/sync/engine/cycle.ts';
import type {RuleHealth} from '../../../source/sync/engine/health.ts';
import type {OpenRule} from '../../../source/sync/engine/open-rule.ts';
import {emptyReport, type CycleReport} from '../../../source/sync/engine/report.ts';
import {runRule, type RuleRunner} from '../../../source/sync/engine/run-rule.ts';
import {workFolder} from '../../../source/sync/matcher.ts';
import {plainSettings as settings} from '../../harness/plain-settings.ts';
import {until} from '../../harness/until.ts';

let root: string;
let cycles: CycleRequest[];
let answer: (request: CycleRequest) => CycleReport;
let remoteMode: {mode: 'events' | 'poll'; reason?: string};
/** The daemon watches since it was asked last. */
let isRemoteWatched: boolean;
let healths: RuleHealth[];
let say: (input: FleetInput) => void;
let arrive: () => void;
let runner: RuleRunner;
let retries: number;

beforeEach(() => {
	root = mkdtempSync(path.join(os.tmpdir(), 'run-rule-'));
	mkdirSync(path.join(root, workFolder));
	cycles = [];
	retries = 0;
	healths = [];
	answer = emptyReport;
	remoteMode = {mode: 'events'};
	isRemoteWatched = false;
});

afterEach(async () => {
	await runner.close();
	rmSync(root, {recursive: true, force: true});
});

const start = ({pollMs = 60_000}: {pollMs?: number} = {}) => {
	const open = {
		rule: {local: root, remote: '~/b'},
		settings,
		ledger: {conflicts: () => []},
		remote: {
			async watch() {
				const isNew = !isRemoteWatched;
				isRemoteWatched = true;
				return {...remoteMode, isNew};
			},
		},
		async cycle(request: CycleRequest) {
			cycles.push(request);
			return answer(request);
		},
		onArrival(listener: () => void) {
			arrive = listener;
			return () => {};
		},
		carrier: {retry: () => retries++},
		close: async () => {},
	} as unknown as OpenRule;
	runner = runRule({
		open,
		source: {
			subscribe(listener) {
				say = listener;
				return () => {};
			},
		},
		pollMs,
		onHealth: health => healths.push(health),
	});
	link('live');
};

const link = (phase: 'live' | 'down') =>
	say({kind: 'link', at: Date.now(), link: {phase}} as unknown as FleetInput);
const changed = (paths: string[], rescan = false) =>
	say({
		kind: 'event',
		at: Date.now(),
		event: {id: 'e-1', event: 'sync.changed', data: {root: '~/b', paths, rescan}},
	} as unknown as FleetInput);
const phase = (wanted: RuleHealth['phase']) =>
	until(() => runner.health.phase === wanted, wanted, {seen: () => runner.health});
const last = () => cycles.at(-1)!;

/** Both sides were looked at, are watched, and were looked at again, for what happened in between nobody told. */
const started = async () => {
	start();
	await until(() => cycles.length === 2, 'two looks');
	for (const {full} of cycles) expect(full).toEqual({local: true, remote: true});
	await phase('in-step');
};

test('both sides are looked at whole at first, then only where something changed', async () => {
	await started();
	changed(['src']);
	await until(() => cycles.length === 3, 'a third look');
	expect(last().full).toEqual({local: false, remote: false});
	expect([...last().folders.remote]).toEqual(['src']);
});

test('a side that may have missed something is looked at whole', async () => {
	await started();
	changed([], true);
	await until(() => cycles.length === 3, 'a third look');
	expect(last().full).toEqual({local: false, remote: true});
});

test('after a lost link everything is looked at again, and till then it waits', async () => {
	await started();
	link('down');
	expect(runner.health.phase).toBe('waiting');
	// The daemon began anew.
	isRemoteWatched = false;
	link('live');
	await until(() => cycles.length === 4, 'two looks more');
	expect(cycles[2]!.full).toEqual({local: true, remote: true});
	expect(last().full).toEqual({local: false, remote: true});
	await phase('in-step');
});

test('where the root was moved away, what stands there then is watched', async () => {
	await started();
	renameSync(root, `${root}-away`);
	mkdirSync(path.join(root, workFolder), {recursive: true});
	await until(() => cycles.length === 4, 'two looks more');
	for (const {full} of cycles.slice(2)) expect(full).toEqual({local: true, remote: false});
	writeFileSync(path.join(root, 'a'), '');
	await until(() => cycles.length === 5, 'what is saved in it');
	expect([...last().folders.local]).toEqual(['']);
	rmSync(`${root}-away`, {recursive: true});
});

test('a look that fails is said, and tried again by itself', async () => {
	answer = () => {
		throw new Error('the disk is on fire');
	};
	start();
	await phase('failed');
	expect(runner.health.error).toContain('the disk is on fire');
	expect(runner.health.retryAt).toBeGreaterThan(Date.now() - 1000);
	answer = emptyReport;
	await phase('in-step');
	expect(last().full).toEqual({local: true, remote: true});
});

test('s does not wait for the next try', async () => {
	answer = () => {
		throw new Error('no');
	};
	start();
	await until(() => cycles.length === 3, 'three tries', {timeoutMs: 20_000});
	answer = emptyReport;
	runner.syncNow();
	await until(() => cycles.length > 3, 'the fourth at once');
	await phase('in-step');
});

test.each<['halts' | 'fails', () => CycleReport]>([
	['halts', () => ({...emptyReport(), halted: {kind: 'root-emptied', side: 'remote'}})],
	[
		'fails',
		() => {
			throw new Error('no');
		},
	],
])('s during a look that %s is heard right after it', async (_, ends) => {
	answer = () => {
		runner.syncNow();
		answer = emptyReport;
		return ends();
	};
	start();
	await until(() => cycles.length > 1, 'the second at once');
	await phase('in-step');
	const failed = healths.find(health => health.phase === 'failed');
	expect(failed?.retryAt).toBe(failed?.since);
});

test('a halted rule waits for the person, whatever changes meanwhile', async () => {
	answer = () => ({...emptyReport(), halted: {kind: 'root-emptied', side: 'remote'}});
	start();
	await phase('halted');
	changed(['src']);
	answer = emptyReport;
	runner.syncNow({allowDelete: true});
	await phase('in-step');
	expect(cycles.map(({allowDelete}) => allowDelete).slice(0, 2)).toEqual([false, true]);
});

test('without events it polls, and says why', async () => {
	remoteMode = {mode: 'poll', reason: 'this file system tells nothing of changes'};
	start({pollMs: 50});
	await until(() => cycles.length > 3, 'looks without an event');
	expect(runner.health.polls).toBe('the host: this file system tells nothing of changes');
});

test('it is moving as long as something is on its way, and what has arrived is seen to at once', async () => {
	answer = request => {
		request.onProgress?.({phase: 'moving', files: 0, totalFiles: 1, bytes: 1, totalBytes: 9});
		return {...emptyReport(), isCarrying: true};
	};
	start();
	await phase('moving');
	changed(['src']);
	await until(() => cycles.length === 2, 'a look in between');
	expect(runner.health.phase).toBe('moving');
	answer = emptyReport;
	arrive();
	await phase('in-step');
	expect(last()).toMatchObject({full: {local: false, remote: false}});
	expect([...last().folders.local, ...last().folders.remote]).toEqual([]);
});

test('a large file that fails is named, and when it is tried again; saves go on meanwhile', async () => {
	const error = new FleetError('denied', 'not this one');
	const retryAt = Date.now() + 60_000;
	answer = () => ({...emptyReport(), held: [{side: 'remote', path: 'big.bin', error, retryAt}]});
	start();
	await phase('failed');
	expect(runner.health).toMatchObject({error: 'big.bin: not this one', retryAt});
	expect(retries).toBe(1);
	const before = cycles.length;
	changed(['src']);
	await until(() => cycles.length > before, 'a look in between');
	expect(runner.health.phase).toBe('failed');
	runner.syncNow();
	expect(retries).toBe(2);
	answer = emptyReport;
	arrive();
	await phase('in-step');
});

test('a folder that keeps changing holds up no save in another', async () => {
	await started();
	answer = ({folders}) => ({
		...emptyReport(),
		again: {local: new Set(), remote: new Set(folders.remote.has('log') ? ['log'] : [])},
	});
	changed(['log']);
	await until(() => cycles.filter(({folders}) => folders.remote.has('log')).length === 4, 'four');
	const before = cycles.length;
	changed(['src']);
	await until(() => cycles.length > before, 'a look at the other');
	expect([...last().folders.remote]).toEqual(['src']);
});
