import {mkdtempSync, rmSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {createRuleLock} from '../../../source/sync/engine/rule-lock.ts';
import {until} from '../../harness/until.ts';

let folder: string;
beforeEach(() => {
	folder = mkdtempSync(path.join(os.tmpdir(), 'rule-lock-'));
});
afterEach(() => {
	rmSync(folder, {recursive: true, force: true});
});

const open = (onWait?: () => void) => createRuleLock(path.join(folder, 'lock.db'), onWait);
const {signal} = new AbortController();

test('one works at a time, whether of this process or of another', async () => {
	// Two locks of one file are as two processes.
	const [one, two] = [open(), open()];
	let inside = 0;
	const work = async () => {
		expect(++inside).toBe(1);
		await new Promise(resolve => setImmediate(resolve));
		inside--;
	};
	await Promise.all([one, one, two, one, two].map(lock => lock.locked(signal, work)));
});

test('what is kept holds others off and lets its own process go on; who waits long is told', async () => {
	let told = 0;
	const [one, two] = [open(), open(() => told++)];
	let release = () => {};
	await one.locked(signal, async () => {
		release = one.keep();
	});
	let isIn = false;
	const waiting = two.locked(signal, async () => {
		isIn = true;
	});
	await one.locked(signal, async () => {});
	await until(() => told === 1, 'told');
	expect(isIn).toBe(false);
	release();
	release();
	await waiting;
	expect([isIn, told]).toEqual([true, 1]);
});

test('whoever gives up waiting holds up nobody', async () => {
	const lock = open();
	const giving = new AbortController();
	const {promise, resolve} = Promise.withResolvers<void>();
	const first = lock.locked(signal, () => promise);
	const second = lock.locked(giving.signal, async () => {});
	const third = lock.locked(signal, async () => 'third');
	giving.abort(new Error('enough'));
	await expect(second).rejects.toThrow('enough');
	resolve();
	await first;
	expect(await third).toBe('third');
});
