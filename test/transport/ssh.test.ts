import {describe, expect, it} from 'vitest';
import {dial, get, startFarHost} from './far-host.ts';

describe.each(['ssh', 'openssh'] as const)('%s', transport => {
	it('starts the daemon on first use, and finds it at once the next time', async () => {
		await using host = await startFarHost({transport});
		const first = await host.open();
		expect(await get(await dial(first))).toContain(host.state);
		expect(await host.calls()).toEqual(['host serve --detach --json']);
		await first.close();
		expect(await host.memory()).toMatchObject({
			version: 1,
			socket: `${host.state}/run/host.sock`,
			route: 'streamlocal',
		});
		const second = await host.open();
		expect(await get(await dial(second))).toContain(host.state);
		expect(await host.calls()).toHaveLength(1);
	});
});
