import {randomBytes} from 'node:crypto';
import {existsSync, readdirSync, statSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {afterAll, expect, test} from 'vitest';
import {startBed, type Bed} from '../harness/bed.ts';
import {sharedPair} from '../harness/shared-pair.ts';
import {got, isOnItsWay, newRule, put} from '../harness/sync-trees.ts';
import {startSyncedPair} from '../harness/synced-pair.ts';
import {until} from '../harness/until.ts';

let bed: Bed | undefined;
afterAll(async () => {
	await bed?.[Symbol.asyncDispose]();
}, 60_000);
const shapeAt = (rateMbit: number) => bed!.hosts[0]!.shape({delayMs: 10, rateMbit, queueMs: 100});
const pair = sharedPair(async () => {
	bed = await startBed(1);
	await shapeAt(20);
	return startSyncedPair({}, bed.hosts[0]!);
});

test('small saves do not wait for a large file of the same rule', async () => {
	const {near, far} = await newRule(pair, 'sync_bidi');
	put(near, 'small.txt', '0');
	await using watching = await pair.watch();
	const seen = watching.said;
	for (const [from, to] of [
		[near, far],
		[far, near],
	] as const) {
		// The large file would take half a minute: longer than any machine takes for five saves.
		await shapeAt(4);
		const large = `large-${path.basename(path.dirname(from))}.bin`;
		const content = randomBytes(12_000_000);
		writeFileSync(path.join(from, large), content);
		await until(() => isOnItsWay(to), 'the large file is on its way', {seen, timeoutMs: 30_000});
		const tookMs: number[] = [];
		for (let index = 0; index < 5; index++) {
			const startedAt = performance.now();
			const text = `save ${index} of ${from}`;
			writeFileSync(path.join(from, 'small.txt'), text);
			await until(() => got(to, 'small.txt') === text, 'the save is there', {
				seen,
				timeoutMs: 30_000,
			});
			tookMs.push(Math.round(performance.now() - startedAt));
			expect(existsSync(path.join(to, large))).toBe(false);
		}

		await shapeAt(100);
		console.log(`saves beside a large file: ${tookMs.join(' ')} ms`);
		await until(() => existsSync(path.join(to, large)), 'the large file is there', {
			seen,
			timeoutMs: 60_000,
		});
		expect(statSync(path.join(to, large)).size).toBe(content.length);
	}

	await shapeAt(20);
}, 120_000);

test('a save does not wait for the rest of a first sync', async () => {
	const {near, far} = await newRule(pair, 'sync_bidi');
	const count = 2000;
	for (let index = 0; index < count; index++) {
		put(near, `many-${index % 30}/${index}.bin`, randomBytes(10_000));
	}

	await using watching = pair.start({}, 'sync', '--watch');
	const seen = watching.said;
	const arrived = () =>
		existsSync(far)
			? readdirSync(far, {recursive: true}).filter(name => String(name).endsWith('.bin')).length
			: 0;
	await until(() => arrived() > 100, 'the first of them are there', {seen, timeoutMs: 30_000});
	const startedAt = performance.now();
	put(near, 'many-0/save.txt', 'saved');
	await until(() => existsSync(path.join(far, 'many-0/save.txt')), 'the save is there', {
		seen,
		timeoutMs: 60_000,
	});
	const tookMs = Math.round(performance.now() - startedAt);
	const before = arrived();
	console.log(`a save beside a first sync: ${tookMs} ms, with ${before} of ${count} files there`);
	expect(before).toBeLessThan(count);
	await until(() => arrived() === count, 'all of it is there', {seen, timeoutMs: 60_000});
	await until(() => seen().includes('in step'), 'in step', {seen, timeoutMs: 30_000});
}, 120_000);
