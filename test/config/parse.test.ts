import {readFile} from 'node:fs/promises';
import path from 'node:path';
import {describe, expect, test} from 'vitest';
import {FleetError} from '../../source/errors.ts';
import {parseConfig} from '../../source/config/parse.ts';

const home = '/home/ada';
const fixture = async (name: string) =>
	readFile(path.join(import.meta.dirname, '../../fixtures/config', name), 'utf8');

/** The lines of complaint about a text, without the file's name. */
const complaintsAbout = async (toml: string): Promise<string[]> => {
	try {
		await parseConfig(toml, 'remote.toml', home);
		return [];
	} catch (error) {
		expect(error).toBeInstanceOf(FleetError);
		expect((error as FleetError).code).toBe('config-invalid');
		return (error as FleetError).message.split('\n').map(line => line.replace('remote.toml:', ''));
	}
};

const remote = (lines: string) => `[remote.dev]\nssh = "dev"\n${lines}`;

test('the example of the contract loads as it stands', async () => {
	const config = await parseConfig(await fixture('contract.toml'), 'remote.toml', home);
	expect(config.remotes['dev-server']).toMatchObject({
		name: 'dev-server',
		ssh: 'user@dev-server.local',
		remotePath: '~/.local/bin/console',
		syncIntervalSeconds: 2,
		tags: ['gpu', 'eu'],
		sshConfig: '/home/ada/.ssh/config',
		transport: 'ssh',
		syncUp: [
			{direction: 'up', local: '/home/ada/.config/my-agents', remote: '~/.config/my-agents'},
		],
		syncBidi: [
			{
				direction: 'bidi',
				local: '/home/ada/dev/projects',
				remote: '~/dev/projects',
				exclude: ['target/', 'node_modules/'],
				owner: 'local',
				conflict: 'keep-both',
				git: 'exclude',
				maxDelete: 200,
			},
		],
		install: {command: 'curl -fsSL https://example.com/install.sh | bash'},
	});
	expect(config.credentials['github']).toEqual({
		name: 'github',
		source: {kind: 'env', name: 'GITHUB_TOKEN'},
		as: 'GH_TOKEN',
	});
	expect(config.roles['the-architect']).toMatchObject({
		agent: 'claude',
		cwd: '~/dev/projects/app',
		prompt: 'Read PLAN.md and start.',
		credentials: ['github'],
		env: {EDITOR: 'vi'},
	});
	expect(config.handlers).toEqual({
		web: {command: ['firefox', '{}'], policy: 'allow'},
		ide: {command: null, tool: 'code', policy: 'allow'},
		diff: {command: ['git', 'difftool', '--dir-diff'], policy: 'allow'},
	});
	expect(config.ui).toEqual({
		detachKey: 'ctrl-\\',
		localEcho: 'auto',
		mouse: true,
		preview: 'auto',
		notify: ['bell', 'osc9'],
		quietHours: null,
	});
});

test('a configuration of the original design loads unchanged', async () => {
	const config = await parseConfig(await fixture('original-design.toml'), 'remote.toml', home);
	expect(config.remotes['devbox']).toMatchObject({
		remotePath: '/usr/local/bin/jackin',
		syncIntervalSeconds: 5,
		syncUp: [{local: '/home/ada/.config/jackin'}],
		syncBidi: [{exclude: ['target/', 'node_modules/', '.cache/']}],
	});
});

describe('an error names line, column, key and what was expected', () => {
	const cases: Array<[why: string, toml: string, ...expected: string[]]> = [
		['no TOML', 'a = \n', '1:5: not TOML: invalid value'],
		[
			'unsafe keys',
			'[remote."__proto__"]\nssh = "x"',
			'1:2: not TOML: document contains an unsafe property',
		],
		[
			'an unknown key',
			remote('sync_intervall_seconds = 3'),
			'3:1: remote.dev.sync_intervall_seconds: unknown key; the nearest is `sync_interval_seconds`',
		],
		[
			'an unknown table',
			'[remotes.dev]\nssh="x"',
			'1:2: remotes: unknown key; the nearest is `remote`',
		],
		['a missing key', '[remote.dev]\ntags = []', '1:9: remote.dev.ssh: this key is missing'],
		[
			'a wrong type',
			'[remote.dev]\nssh = 3',
			'2:1: remote.dev.ssh: expected a string, found a number',
		],
		[
			'a wrong choice',
			remote('transport = "opensh"'),
			'3:1: remote.dev.transport: expected "ssh" or "openssh"; nearest: "openssh"',
		],
		[
			'an option in place of a host',
			'[remote.dev]\nssh = "-oProxyCommand=x"',
			'2:1: remote.dev.ssh: expected a host that does not begin with a dash (ssh would read it as an option)',
		],
		[
			'a port that there cannot be',
			'[remote.dev]\nssh = "root@dev:99999"',
			'2:1: remote.dev.ssh: expected user@host, host:port, [v6]:port, ssh://user@host:port or an alias of the ssh config',
		],
		[
			'no host at all, once',
			'[remote.dev]\nssh = ""',
			'2:1: remote.dev.ssh: expected a string that is not empty',
		],
		[
			'a key of the second of several rules',
			remote(
				'[[remote.dev.sync_up]]\nlocal="/a"\nremote="/a"\n[[remote.dev.sync_up]]\nlocal="/b"\nremote="b"',
			),
			'8:1: remote.dev.sync_up[1].remote: expected an absolute path, or one that starts with ~/',
		],
		[
			'an inline table',
			'role = {r = {agent = "shell", tags = 1}}',
			'1:31: role.r.tags: unknown key; the nearest is `args`',
		],
	];
	test.each(cases)('%s', async (_why, toml, ...expected) => {
		expect(await complaintsAbout(toml)).toEqual(expected);
	});

	test('all of several errors, in the order of the file', async () => {
		const toml = `[remote.dev]
shh = "dev"
tags = "gpu"
[role.a]
credentials = ["githib"]
[credential.github]
env = "A"
command = ["x"]
[handler.web]
command = "firefox"
[ui]
detach_key = "enter"
notify = ["bel"]
quiet_hours = "late"
`;
		expect(await complaintsAbout(toml)).toEqual([
			'1:9: remote.dev.ssh: this key is missing',
			'2:1: remote.dev.shh: unknown key; the nearest is `ssh`',
			'3:1: remote.dev.tags: expected an array of strings, found a string',
			'4:7: role.a: expected `agent` (an agent kind) or `command` (an array)',
			'5:16: role.a.credentials[0]: expected the name of a [credential.NAME], found "githib"; nearest: "github"',
			'6:13: credential.github: expected exactly one of env, command, file and op, found env and command',
			'10:1: handler.web.command: expected a program and its arguments: it has no {} for what is opened',
			'12:1: ui.detach_key: expected a control key that no program needs, like "ctrl-\\\\" or "ctrl-]"',
			'13:11: ui.notify[0]: expected "bell" or "osc9" or "osc777" or "desktop"; nearest: "bell"',
			'14:1: ui.quiet_hours: expected a span of the day like "22:00-07:00"',
		]);
	});
});

describe('sync rules', () => {
	const up = (local: string, far: string, more = '') =>
		`[[remote.dev.sync_up]]\nlocal = "${local}"\nremote = "${far}"\n${more}`;

	test.each([
		['~/.ssh', '.ssh'],
		['/home/ada/.ssh/keys', '.ssh'],
		['~/.aws/credentials', '.aws/credentials'],
		['~/work/.env.local', '.env*'],
		['~/.local/state/fleet-console/run', '.local/state/fleet-console'],
		['~/.cache/fleet-console/code', '.cache/fleet-console'],
	])('one that points at %s is refused', async (local, pattern) => {
		const [complaint] = await complaintsAbout(remote(up(local, '~/x')));
		expect(complaint).toContain(
			'4:1: remote.dev.sync_up[0].local: expected a path that holds no credentials',
		);
		expect(complaint).toContain(`(\`${pattern}\`)`);
	});

	test('the host’s side is held to the same list', async () => {
		expect((await complaintsAbout(remote(up('~/x', '~/.ssh'))))[0]).toContain('sync_up[0].remote');
	});

	test('a secret that the rule names may travel', async () => {
		expect(
			await complaintsAbout(remote(up('~/.npmrc', '~/x', 'include_secrets = [".npmrc"]'))),
		).toEqual([]);
	});

	test('a root inside another, or the same, is refused; a like name is not', async () => {
		const toml = remote(
			up('~/dev', '~/a') +
				up('/home/ada/dev/app/', '~/b') +
				up('~/dev-two', '~/a/') +
				up('~/device', '~/c'),
		);
		expect(await complaintsAbout(toml)).toEqual([
			'7:1: remote.dev.sync_up[1].local: expected a root of its own; it overlaps sync_up[0] (/home/ada/dev)',
			'11:1: remote.dev.sync_up[2].remote: expected a root of its own; it overlaps sync_up[0] (~/a)',
		]);
	});
});

test('an error never repeats a value, which may be a secret in the wrong place', async () => {
	const toml =
		'[role.a]\nagent = "shell"\nenv = "sk-secret"\n[credential.c]\nfile = "sk-secret"\nas = "sk-secret"';
	const complaints = await complaintsAbout(toml);
	expect(complaints).toHaveLength(3);
	expect(complaints.join('\n')).not.toContain('sk-secret');
});
