import {chmod, readFile, rm, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {dial, get, startFarHost, type FarHost} from './far-host.ts';

const console_ = (host: FarHost) => path.join(host.home, '.local/bin/console');

describe.each(['ssh', 'openssh'] as const)('the way to the daemon over %s', transport => {
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

	it('starts the daemon again when it is gone', async () => {
		await using host = await startFarHost({transport});
		const transport_ = await host.open();
		await get(await dial(transport_));
		await host.stopDaemon();
		if (transport === 'openssh') {
			// ssh accepts for the host; that nobody is there shows by the first stream.
			await get(await dial(transport_)).catch(() => {});
		}

		expect(await get(await dial(transport_))).toContain(host.state);
		expect(await host.calls()).toHaveLength(2);
	});

	it('goes through a program where the server opens no sockets, and remembers that', async () => {
		await using host = await startFarHost({transport, streamlocal: false});
		const first = await host.open();
		expect(await get(await dial(first))).toContain(host.state);
		// It is written beside, and there when the transport is closed.
		await first.close();
		expect(await host.memory()).toMatchObject({route: 'dial-stdio'});
		const second = await host.open();
		expect(await get(await dial(second))).toContain(host.state);
		expect(await host.calls()).toEqual([
			'host serve --detach --json',
			'host dial-stdio',
			'host dial-stdio',
		]);
	});

	it('tries sockets again a day later', async () => {
		await using host = await startFarHost({transport});
		const first = await host.open();
		await get(await dial(first));
		await first.close();
		const file = path.join(host.near, 'remotes/dev-server.json');
		const memory = (await host.memory())!;
		const foundAt = new Date(Date.now() - 25 * 60 * 60 * 1000).toISOString();
		await writeFile(file, JSON.stringify({...memory, route: 'dial-stdio', foundAt}));
		const second = await host.open();
		await get(await dial(second));
		await second.close();
		expect(await host.memory()).toMatchObject({route: 'streamlocal'});
	});

	it('reads nothing from a memory that is broken or about another program', async () => {
		await using host = await startFarHost({transport});
		const first = await host.open();
		await get(await dial(first));
		await first.close();
		const file = path.join(host.near, 'remotes/dev-server.json');
		const text = await readFile(file, 'utf8');
		for (const broken of ['{"version":1', '', text.replace('console', 'other')]) {
			await writeFile(file, broken);
			const transport_ = await host.open();
			expect(await get(await dial(transport_))).toContain(host.state);
			await transport_.close();
		}
	});

	it('finds its way through start files that print', async () => {
		const rc = 'echo "welcome {to} \\"this\\" host"; printf "no line end {"\n';
		await using host = await startFarHost({transport, rc, streamlocal: false});
		const transport_ = await host.open();
		expect(await get(await dial(transport_))).toContain(host.state);
	});

	it('moves to the daemon of the state folder that the host has now', async () => {
		await using host = await startFarHost({transport});
		const first = await host.open();
		await get(await dial(first));
		await first.close();
		const line = JSON.stringify({socket: `${host.state}/elsewhere.sock`, protocol: '1.0'});
		await writeFile(console_(host), `#!/bin/sh\necho '${line}'\n`);
		const second = await host.open();
		const lost = new Promise<Error>(resolve => second.onLost(resolve));
		await get(await dial(second));
		expect(await lost).toMatchObject({code: 'connection-lost'});
		await second.close();
		expect(await host.memory()).toMatchObject({socket: `${host.state}/elsewhere.sock`});
	});

	it('says how to install what is not there', async () => {
		await using host = await startFarHost({transport});
		await rm(console_(host));
		const missing = await host.open();
		await expect(dial(missing)).rejects.toMatchObject({
			code: 'host-missing',
			exitCode: 6,
			hint: 'Install it there: console --remote dev-server install',
		});
		await writeFile(console_(host), 'x');
		await chmod(console_(host), 0o644);
		await expect(dial(missing)).rejects.toMatchObject({code: 'host-missing'});
	});

	it('refuses a daemon of another protocol, and passes on what the host’s command reports', async () => {
		await using host = await startFarHost({transport});
		const newer = JSON.stringify({socket: '/x', protocol: '9.0', version: '7.0.0'});
		await writeFile(console_(host), `#!/bin/sh\necho '${newer}'\n`);
		const transport_ = await host.open();
		await expect(dial(transport_)).rejects.toMatchObject({code: 'protocol-mismatch', exitCode: 6});
		const report = JSON.stringify({
			error: {code: 'state-dir-unusable', message: 'no sockets here', hint: 'set FLEET_STATE_DIR'},
		});
		await writeFile(console_(host), `#!/bin/sh\necho noise\necho '${report}'\nexit 1\n`);
		await expect(dial(transport_)).rejects.toMatchObject({
			code: 'state-dir-unusable',
			message: 'no sockets here',
			hint: 'set FLEET_STATE_DIR',
		});
		await writeFile(console_(host), '#!/bin/sh\nprintf "bro\\033[31mken" >&2\nexit 3\n');
		await expect(dial(transport_)).rejects.toMatchObject({
			code: 'daemon-failed',
			message: '~/.local/bin/console on dev-server ended with status 3: broken',
		});
	});

	it('reports what went wrong with the program it goes through', async () => {
		await using host = await startFarHost({transport, streamlocal: false});
		const first = await host.open();
		await get(await dial(first));
		await rm(console_(host));
		await expect(dial(first).then(stream => get(stream))).rejects.toMatchObject({
			code: 'host-missing',
		});
	});
});
