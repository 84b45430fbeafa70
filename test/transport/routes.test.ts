import {readFile, writeFile} from 'node:fs/promises';
import {describe, expect, it} from 'vitest';
import {freePort, startSshd} from '../harness/sshd.ts';
import {dial, enter, get, startFarHost, type FarHost} from './far-host.ts';

/** Another section for the client's configuration. */
const addSection = async (host: FarHost, text: string) => {
	const before = await readFile(host.sshd.sshConfig, 'utf8');
	await writeFile(host.sshd.sshConfig, `${before}\n${text}\n`);
};

const addToSection = async (host: FarHost, ...lines: string[]) => {
	const before = await readFile(host.sshd.sshConfig, 'utf8');
	await writeFile(host.sshd.sshConfig, before.replace('\n', `\n${lines.join('\n')}\n`));
};

describe.each(['ssh', 'openssh'] as const)('the route over %s', transport => {
	it('passes through two other hosts, each by its own section', async () => {
		await using host = await startFarHost({transport});
		await using one = await startSshd({alias: 'one'});
		await using two = await startSshd({alias: 'two'});
		await addSection(host, await readFile(one.sshConfig, 'utf8'));
		await addSection(host, await readFile(two.sshConfig, 'utf8'));
		await addToSection(host, 'ProxyJump one,two');
		const link = await host.open();
		expect(await get(await dial(link))).toContain(host.state);
		expect(await one.log()).toMatch(/direct-tcpip|Accepted publickey/);
		expect([await one.sessions(), await two.sessions(), await host.sshd.sessions()]).toEqual([
			1, 1, 1,
		]);
		await link.close();
		for (const sshd of [one, two, host.sshd]) {
			await expect.poll(() => sshd.sessions(), {timeout: 5000}).toBe(0);
		}
	});

	it('says which host on the way failed', async () => {
		await using host = await startFarHost({transport});
		await using one = await startSshd({alias: 'one'});
		await addSection(host, await readFile(one.sshConfig, 'utf8'));
		await addToSection(host, 'ProxyJump one', `Port ${await freePort()}`);
		await expect(enter(await host.open())).rejects.toMatchObject({
			code: 'proxy-failed',
			exitCode: 3,
		});
		await one.stop();
		await expect(enter(await host.open())).rejects.toMatchObject({
			code: transport === 'ssh' ? 'connection-refused' : /connection-refused|proxy-failed/,
		});
	});

	it('goes through a ProxyCommand, with its tokens', async () => {
		await using host = await startFarHost({transport});
		await addToSection(host, 'ProxyCommand socat - TCP:%h:%p');
		expect(await get(await dial(await host.open()))).toContain(host.state);
	});

	it('repeats the last words of a ProxyCommand that fails', async () => {
		await using host = await startFarHost({transport});
		await addToSection(host, 'ProxyCommand sh -c "echo no way to %n >&2; exit 4"');
		const error = (await enter(await host.open()).catch((error: unknown) => error)) as {
			code: string;
			message: string;
		};
		expect(error.code).toBe('proxy-failed');
		if (transport === 'ssh') expect(error.message).toContain('status 4: no way to dev-server');
	});

	it('reads Include and Match as ssh does', async () => {
		await using host = await startFarHost({transport});
		const all = await readFile(host.sshd.sshConfig, 'utf8');
		await writeFile(`${host.sshd.folder}/more`, all.replace('Host dev-server', 'Match all'));
		await writeFile(
			host.sshd.sshConfig,
			`Match originalhost other exec "test -d /"\nInclude ${host.sshd.folder}/more\n`,
		);
		expect(await enter(await host.open({ssh: 'other'}))).toBe('in\n');
	});
});

describe('what is wrong with an address', () => {
	it('refuses a loop of jumps', async () => {
		await using host = await startFarHost();
		await addSection(host, 'Host a\n ProxyJump b\nHost b\n ProxyJump a');
		await expect(enter(await host.open({ssh: 'a'}))).rejects.toMatchObject({
			code: 'config-invalid',
		});
	});

	it.each(['ssh', 'openssh'] as const)('shows the line that ssh cannot read (%s)', async name => {
		await using host = await startFarHost();
		await addSection(host, 'NoSuchOption yes');
		const error = (await enter(await host.open({transport: name})).catch(
			(error: unknown) => error,
		)) as {code: string; message: string};
		expect(error.code).toBe('config-invalid');
		expect(error.message).toMatch(/line \d+: Bad configuration option: nosuchoption/);
	});
});
