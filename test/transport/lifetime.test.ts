import {once} from 'node:events';
import {setTimeout as delay} from 'node:timers/promises';
import {describe, expect, it} from 'vitest';
import {dial, enter, get, startFarHost} from './far-host.ts';

const soon = () => AbortSignal.timeout(20_000);

describe.each(['ssh', 'openssh'] as const)('one connection over %s', transport => {
	it('is shared by everyone who dials at once', async () => {
		await using host = await startFarHost({transport});
		const link = await host.open();
		await Promise.all(Array.from({length: 6}, async () => enter(link)));
		expect((await host.sshd.log()).match(/Accepted publickey/g)).toHaveLength(1);
	});

	it('goes on being made when one of those who wait leaves', async () => {
		await using host = await startFarHost({transport});
		const link = await host.open();
		const leaving = new AbortController();
		const left = link.exec!('echo', leaving.signal).catch((error: unknown) => error);
		const stays = enter(link);
		await delay(1);
		leaving.abort(new Error('left'));
		expect(await left).toMatchObject({message: 'left'});
		expect(await stays).toBe('in\n');
		expect((await host.sshd.log()).match(/Accepted publickey/g)).toHaveLength(1);
	});

	it('is given up when nobody waits any more, and made anew for the next', async () => {
		await using host = await startFarHost({transport});
		await host.sshd.freeze();
		const link = await host.open();
		const leaving = new AbortController();
		const left = link.dial(leaving.signal).catch((error: unknown) => error);
		await delay(200);
		leaving.abort(new Error('left'));
		expect(await left).toMatchObject({message: 'left'});
		await host.sshd.thaw();
		expect(await enter(link)).toBe('in\n');
	});

	it('ends every stream with connection-lost when it dies, says so, and the next dial makes another', async () => {
		await using host = await startFarHost({transport});
		const link = await host.open();
		const lost: unknown[] = [];
		link.onLost(error => lost.push(error));
		const idle = await dial(link);
		const {exited} = await link.exec!('sleep 60', soon());
		const ended = once(idle, 'error').catch((error: unknown) => [error]);
		await host.sshd.killSessions();
		expect((await ended)[0]).toMatchObject({code: 'connection-lost', exitCode: 3});
		await expect(exited).rejects.toMatchObject({code: 'connection-lost'});
		expect(lost).toHaveLength(1);
		expect(lost[0]).toMatchObject({code: 'connection-lost'});
		expect(idle.destroyed).toBe(true);
		expect(await get(await dial(link))).toContain(host.state);
		expect(lost).toHaveLength(1);
	});

	it.each(['lost', 'left'] as const)(
		'tells the end of a program though what it printed is not read: the connection is %s',
		async how => {
			await using host = await startFarHost({transport});
			const link = await host.open();
			const {stream, exited} = await link.exec!('yes', soon(), 'bulk');
			// All that this side takes without a reader is on its way or here.
			await expect.poll(() => stream.readableLength, {timeout: 5000}).toBeGreaterThan(16_000);
			if (how === 'lost') await host.sshd.killSessions();
			else link.reset();
			await expect(exited).rejects.toMatchObject({code: 'connection-lost'});
			stream.destroy();
		},
	);

	it('is dropped by reset, and replaced at once though the old one is dead', async () => {
		await using host = await startFarHost({transport});
		const link = await host.open();
		const stream = await dial(link);
		const ended = once(stream, 'error').catch((error: unknown) => [error]);
		await host.sshd.freeze();
		link.reset();
		expect((await ended)[0]).toMatchObject({code: 'connection-lost'});
		await host.sshd.thaw();
		expect(await get(await dial(link))).toContain(host.state);
	});

	it('is closed for good by close', async () => {
		await using host = await startFarHost({transport});
		const link = await host.open();
		await enter(link);
		await enter(link, 'bulk');
		await link.close();
		await expect(dial(link)).rejects.toMatchObject({code: 'connection-lost'});
		await expect.poll(() => host.sshd.sessions(), {timeout: 5000}).toBe(0);
	});

	it('has a bulk lane only when that is needed', async () => {
		await using host = await startFarHost({transport});
		const link = await host.open();
		const lost: unknown[] = [];
		link.onLost(error => lost.push(error));
		await enter(link);
		expect(await host.sshd.sessions()).toBe(1);
		await Promise.all([enter(link, 'bulk'), enter(link, 'bulk')]);
		expect(await host.sshd.sessions()).toBe(2);
	});

	it('shares the one lane that is there where the host takes no second connection', async () => {
		await using host = await startFarHost({transport});
		const link = await host.open();
		expect(await enter(link)).toBe('in\n');
		await host.sshd.refuse();
		await expect(enter(link, 'bulk')).rejects.toMatchObject({code: 'connection-refused'});
		expect(await enter(link, 'bulk')).toBe('in\n');
		expect(await enter(link, 'bulk')).toBe('in\n');
	});

	it('leaves nothing behind', async () => {
		await using host = await startFarHost({transport});
		const rejections: unknown[] = [];
		const onRejection = (reason: unknown) => rejections.push(reason);
		process.on('unhandledRejection', onRejection);
		const warnings: string[] = [];
		const onWarning = (warning: Error) => warnings.push(warning.message);
		process.on('warning', onWarning);
		const before = resources();
		for (let round = 0; round < 3; round++) {
			const link = await host.open();
			const streams = await Promise.all(Array.from({length: 12}, () => dial(link)));
			await Promise.all(streams.slice(0, 6).map(stream => get(stream)));
			if (round === 1) await host.sshd.killSessions();
			if (round === 2) {
				const abort = AbortSignal.abort(new Error('left'));
				await expect(link.dial(abort)).rejects.toThrow('left');
			}

			await link.close();
		}

		// One timer is that of the poll itself.
		const grown = () =>
			Object.entries(resources()).filter(
				([name, count]) => count > (before[name] ?? 0) + (name === 'Timeout' ? 1 : 0),
			);
		await expect.poll(grown, {timeout: 5000, message: 'handles are left open'}).toEqual([]);
		expect(rejections).toEqual([]);
		expect(warnings).toEqual([]);
		process.off('unhandledRejection', onRejection).off('warning', onWarning);
	});
});

describe('a dead link over ssh', () => {
	it('is noticed within 15 s', async () => {
		await using host = await startFarHost();
		const link = await host.open();
		await enter(link);
		const lost = new Promise(resolve => link.onLost(resolve));
		await host.sshd.freeze();
		const since = performance.now();
		expect(await lost).toMatchObject({code: 'connection-lost'});
		expect(performance.now() - since).toBeLessThan(15_000);
	});
});

const resources = (): Record<string, number> => {
	const counts: Record<string, number> = {};
	for (const name of process.getActiveResourcesInfo()) {
		if (/TCP|Pipe|Process|Timeout|FSReq/.test(name)) counts[name] = (counts[name] ?? 0) + 1;
	}

	return counts;
};
