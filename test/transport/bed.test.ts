import {setTimeout as delay} from 'node:timers/promises';
import {describe, expect, it} from 'vitest';
import {startBed} from '../harness/bed.ts';
import {dial, enter, get, startFarHost} from './far-host.ts';

describe.each(['ssh', 'openssh'] as const)('a link that is cut, over %s', transport => {
	it('is known to be lost within 15 s, and works as soon as it is whole again', async () => {
		await using bed = await startBed(1);
		const [there] = bed.hosts;
		await there!.shape({delayMs: 20});
		await using host = await startFarHost({
			transport,
			prefix: [...there!.prefix],
			address: there!.address,
			port: 22,
		});
		const link = await host.open();
		const stream = await dial(link);
		const ended = new Promise(resolve => stream.once('error', resolve));
		const lost = new Promise(resolve => link.onLost(resolve));
		await there!.shape({cut: true});
		const late = new Promise(resolve => setTimeout(resolve, 15_000, 'too late').unref());
		expect(await Promise.race([lost, late])).toMatchObject({code: 'connection-lost'});
		expect(await ended).toMatchObject({code: 'connection-lost'});
		const attempt = enter(link).catch((error: unknown) => error);
		await there!.shape({cut: false});
		expect(await Promise.race([attempt, enter(link)])).toBe('in\n');
		expect(await get(await dial(link))).toContain(host.state);
	});

	it('is used within 2 s of being whole by an attempt that began long before', async () => {
		await using bed = await startBed(1);
		const [there] = bed.hosts;
		await using host = await startFarHost({
			transport,
			prefix: [...there!.prefix],
			address: there!.address,
			port: 22,
		});
		const link = await host.open();
		await there!.shape({cut: true, delayMs: 20});
		const attempt = enter(link);
		// The system asks again 1, 3, 7 and 15 s after the first time.
		await delay(8000);
		await there!.shape({cut: false});
		const late = new Promise(resolve => setTimeout(resolve, 2000, 'too late').unref());
		const first = transport === 'ssh' ? await Promise.race([attempt, late]) : await attempt;
		expect(first).toBe('in\n');
	});

	it('is not taken for lost when it is only slow and full', async () => {
		await using bed = await startBed(1);
		const [there] = bed.hosts;
		await using host = await startFarHost({
			transport,
			prefix: [...there!.prefix],
			address: there!.address,
			port: 22,
		});
		const link = await host.open();
		const lost: unknown[] = [];
		link.onLost(error => lost.push(error));
		await enter(link);
		await there!.shape({delayMs: 100, rateMbit: 1, queueMs: 4000, lossPercent: 0.5});
		const stream = await dial(link);
		expect(await get(stream, '/bytes/1500000')).toHaveLength(1_500_000);
		expect(lost).toEqual([]);
	}, 90_000);
});
