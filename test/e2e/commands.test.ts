import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {openSync} from 'node:fs';
import http from 'node:http';
import {mkdir, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {describe, expect, onTestFinished, test} from 'vitest';
import type {Agent} from '../../source/protocol/agent.ts';
import {startLaptop, type Laptop} from '../harness/laptop.ts';
import {until} from '../harness/until.ts';

const entry = path.join(import.meta.dirname, '../../dist/cli.js');

/** The program as a process that goes on; what it prints is kept. */
const start = (
	laptop: Laptop,
	args: string[],
	env: Record<string, string> = {},
	stdout: 'pipe' | number = 'pipe',
) => {
	const child = spawn(process.execPath, [entry, ...args], {
		env: {...laptop.env, ...env},
		stdio: ['pipe', stdout, 'pipe'],
	});
	const kept = {stdout: '', stderr: ''};
	child.stdout?.on('data', chunk => (kept.stdout += String(chunk)));
	child.stderr?.on('data', chunk => (kept.stderr += String(chunk)));
	const ended = once(child, 'exit').then(([code]) => code as number | null);
	onTestFinished(async () => {
		child.kill('SIGKILL');
		await ended;
	});
	return {child, kept, ended};
};

const errorOf = (stdout: string) =>
	(JSON.parse(stdout) as {error: {code: string; message: string; hint?: string}}).error;

test('an agent is loaded, typed at, looked at, waited for, restarted, stopped and forgotten', async () => {
	const laptop = await startLaptop();
	const {agent} = (await laptop.json('load', 'shell', '--name', 'docs', '--', 'cat')) as {
		agent: Agent;
	};
	expect(agent).toMatchObject({
		name: 'docs',
		agent: 'shell',
		command: ['cat'],
		cwd: laptop.hostHome,
	});

	expect((await laptop.console('send', 'docs', 'two', 'words')).code).toBe(0);
	await until(
		async () => (await laptop.console('screen', 'docs')).stdout.includes('two words'),
		'showed what was typed',
	);

	const listed = (await laptop.json('list')) as {agents: Agent[]; eventId: string};
	expect(listed.agents.map(({name}) => name)).toEqual(['docs']);
	expect(listed.eventId).toMatch(/^\w+-\d+$/);
	const {stdout} = await laptop.console('list');
	expect(stdout).toMatch(/^AGENT +KIND +STATE +FOR/);
	expect(stdout).toMatch(/^docs +shell/m);
	expect(stdout).not.toContain('\u001B');

	const explained = await laptop.console('explain', 'docs');
	expect(explained.stdout).toContain('Evidence');

	const before = agent.pid;
	expect((await laptop.console('restart', 'docs')).stdout).toBe('docs is started again\n');
	const again = (await laptop.json('list')) as {agents: Agent[]};
	expect(again.agents[0]).toMatchObject({id: agent.id, name: 'docs'});
	expect(again.agents[0]!.pid).not.toBe(before);

	const stopped = (await laptop.json('stop', 'docs')) as {agents: Agent[]};
	expect(stopped.agents[0]).toMatchObject({id: agent.id, state: 'exited'});
	expect((await laptop.console('list', '--state', 'exited')).stdout).toContain('docs');
	expect((await laptop.console('remove', 'docs')).code).toBe(0);
	expect(await laptop.json('list')).toMatchObject({agents: []});
	// A dozen logins, one after the other.
}, 90_000);

test('several at once, each reported, one failure keeping none from the rest', async () => {
	const laptop = await startLaptop();
	for (const name of ['a', 'b'])
		await laptop.json('load', 'shell', '--name', name, '--', 'sleep', '1000');
	const {code, stdout, stderr} = await laptop.console('stop', 'a', 'nobody', 'b', '--grace', '1');
	expect(code).toBe(4);
	expect(stdout).toMatch(/^a has exited/m);
	expect(stdout).toMatch(/^b has exited/m);
	expect(stderr).toContain('nobody');
	expect((await laptop.console('remove', '--all')).stdout).toMatch(
		/a is forgotten[^]*b is forgotten/,
	);
});

describe('wait', () => {
	test('returns in the state, at once when it is reached already, and tells what never comes', async () => {
		const laptop = await startLaptop();
		await laptop.json('load', 'shell', '--name', 'a', '--', 'sh', '-c', 'sleep 1; exit 3');
		const {agent} = (await laptop.json('wait', 'a', '--state', 'exited', '--timeout', '30')) as {
			agent: Agent;
		};
		expect(agent.exit).toMatchObject({code: 3});
		expect((await laptop.console('wait', 'a')).stdout).toContain('a is exited 3');
		const never = await laptop.console('wait', 'a', '--state', 'blocked');
		expect(never.code).toBe(1);
		expect(never.stderr).toContain('will not become blocked');
	});

	test('runs out with 124', async () => {
		const laptop = await startLaptop();
		await laptop.json('load', 'shell', '--name', 'a', '--', 'sleep', '1000');
		const {code, stdout} = await laptop.console(
			'wait',
			'a',
			'--state',
			'done',
			'--timeout',
			'0.5',
			'--json',
		);
		expect(code).toBe(124);
		expect(errorOf(stdout).code).toBe('wait-timed-out');
	});

	test('0 looks once, however long the way to the look is', async () => {
		const laptop = await startLaptop();
		await laptop.json('load', 'shell', '--name', 'a', '--', 'sh', '-c', 'exit 3');
		await laptop.json('wait', 'a', '--state', 'exited');
		const once = (state: string) => laptop.console('wait', 'a', '--state', state, '--timeout', '0');
		expect(await once('exited')).toMatchObject({code: 0});
		await laptop.json('load', 'shell', '--name', 'b', '--', 'sleep', '1000');
		expect((await laptop.console('wait', 'b', '--timeout', '0')).code).toBe(124);
	});
});

describe('events', () => {
	const lines = (text: string) =>
		text
			.split('\n')
			.filter(Boolean)
			.map(line => JSON.parse(line) as {id: string | null; event: string; data: {agent?: Agent}});

	test('survive cuts of the link with nothing lost and nothing doubled', async () => {
		const laptop = await startLaptop();
		const {child, kept, ended} = start(laptop, ['--remote', 'dev-server', 'events']);
		await until(() => kept.stdout.includes('"snapshot"'), 'printed a snapshot', {
			seen: () => kept.stderr,
		});
		const created = () =>
			lines(kept.stdout).flatMap(({event, data}) =>
				event === 'agent.created' ? [data.agent!.name] : [],
			);
		const load = async (name: string) =>
			laptop.onHost('load', 'shell', '--name', name, '--', 'sleep', '1000');
		await load('one');
		for (const round of ['two', 'three']) {
			await laptop.sshd.stop();
			await load(round);
			await laptop.sshd.start();
			await until(() => created().includes(round), `heard of ${round}`, {
				timeoutMs: 40_000,
				seen: () => kept.stdout + kept.stderr,
			});
		}

		expect(created()).toEqual(['one', 'two', 'three']);
		const ids = lines(kept.stdout).flatMap(({id}) => (id === null ? [] : [id]));
		expect(new Set(ids).size).toBe(ids.length);
		const sequence = ids.map(id => Number(id.split('-')[1]));
		expect(sequence).toEqual(sequence.map((_, index) => sequence[0]! + index));

		child.kill('SIGINT');
		expect(await ended).toBe(130);
		expect(kept.stdout).not.toContain('"error"');

		const since = ids[0]!;
		const replay = start(laptop, ['--remote', 'dev-server', 'events', '--since', since]);
		await until(() => replay.kept.stdout.split('\n').length > ids.length - 1, 'replayed');
		const replayed = lines(replay.kept.stdout).flatMap(({id}) => (id === null ? [] : [id]));
		expect(replayed.slice(0, ids.length - 1)).toEqual(ids.slice(1));
	}, 120_000);

	test('end quietly when nobody reads them any more', async () => {
		const laptop = await startLaptop();
		const shell = spawn(
			'sh',
			['-c', `'${process.execPath}' '${entry}' events | head -1; sleep 0.1`],
			{
				env: {...laptop.env, FLEET_STATE_DIR: laptop.hostState},
			},
		);
		let stderr = '';
		shell.stderr.on('data', chunk => (stderr += String(chunk)));
		shell.stdout.resume();
		// The next event finds the pipe closed.
		const beat = setInterval(() => void laptop.onHost('load', 'shell', '--', 'true'), 1000);
		await once(shell, 'exit');
		clearInterval(beat);
		expect(stderr).toBe('');
	}, 60_000);

	test('an id that is none is a mistake', async () => {
		const laptop = await startLaptop();
		expect((await laptop.console('events', '--since', 'yesterday')).code).toBe(2);
	});
});

describe('what goes wrong has its code', () => {
	test('unknown agents, roles and remotes: 4, with the names that exist', async () => {
		const laptop = await startLaptop();
		await laptop.json('load', 'shell', '--name', 'docs', '--', 'sleep', '1000');
		const agent = await laptop.console('screen', 'dcos', '--json');
		expect(agent.code).toBe(4);
		expect(errorOf(agent.stdout)).toMatchObject({code: 'no-such-agent'});
		expect(errorOf(agent.stdout).hint).toContain('docs');
		const role = await laptop.console('load', 'claud');
		expect(role.code).toBe(4);
		expect(role.stderr).toContain('`claude`');
		const remote = await laptop.console('--remote', 'dev-servr', 'list', '--json');
		expect(remote.code).toBe(4);
		expect(errorOf(remote.stdout).hint).toContain('dev-server');
		const nameless = await laptop.console('--remote', '', 'list');
		expect(nameless).toMatchObject({code: 4});
		expect(nameless.stderr).toContain('Leave it out for this machine. There is dev-server');
		const unnamed = await laptop.console('load', 'shell', '--name', '');
		expect(unnamed.code).toBe(2);
		expect(unnamed.stderr).toContain('name: expected a word or more');
	});

	test('a broken configuration: 2, each error with its place, also as JSON', async () => {
		const laptop = await startLaptop();
		await writeFile(laptop.configFile, '[remote.dev-server]\nsshh = "x"\n[ui]\nnotify = 3\n');
		const {code, stderr} = await laptop.console('list');
		expect(code).toBe(2);
		expect(stderr).toContain(
			`${laptop.configFile}:2:1: remote.dev-server.sshh: unknown key; the nearest is \`ssh\``,
		);
		expect(stderr).toContain(`${laptop.configFile}:4:1: ui.notify: expected an array`);
		const checked = await laptop.console('config', 'check', '--json');
		expect(checked.code).toBe(2);
		expect(errorOf(checked.stdout)).toMatchObject({
			code: 'config-invalid',
			errors: [{line: 1}, {line: 2}, {line: 4}],
		});
	});

	test('a kind of agent that nobody knows here is named, and is no error: a newer host may', async () => {
		const laptop = await startLaptop({config: '[role.helper]\nagent = "cloude"\n'});
		const {code, stderr} = await laptop.console('config', 'check');
		expect(code).toBe(0);
		expect(stderr).toContain(
			'role.helper.agent: this version knows no agent kind `cloude`. Did you mean `claude`?',
		);
	});

	test('a host that refuses: 3; status says it in one line', async () => {
		const laptop = await startLaptop();
		await laptop.sshd.stop();
		const listed = await laptop.console('list', '--json');
		expect(listed.code).toBe(3);
		expect(errorOf(listed.stdout).code).toBe('connection-refused');
		for (const format of ['plain', 'tmux']) {
			const {code, stdout} = await laptop.console('status', '--format', format);
			expect(code).toBe(3);
			expect(stdout).toMatch(/^[^\n]*✗[^\n]*\n$/);
		}

		expect((await laptop.console('wait', 'a')).code).toBe(3);
		expect((await laptop.console('events')).code).toBe(3);
		expect((await laptop.console('doctor')).code).toBe(1);
	});

	test('a daemon of another protocol: 6, and it is left alone', async () => {
		const laptop = await startLaptop();
		const socket = path.join(laptop.folder, 'other/run/host.sock');
		await mkdir(path.dirname(socket), {recursive: true, mode: 0o700});
		const calls: string[] = [];
		const server = http.createServer((request, response) => {
			calls.push(request.method!);
			response.setHeader('fleet-protocol', '9.0').end('{}');
		});
		await new Promise<void>(resolve => server.listen(socket, resolve));
		onTestFinished(() => void server.close());
		const run = start(laptop, ['list', '--json'], {
			FLEET_STATE_DIR: path.join(laptop.folder, 'other'),
		});
		expect(await run.ended).toBe(6);
		expect(errorOf(run.kept.stdout).code).toBe('protocol-mismatch');
		expect(calls.every(method => method === 'GET')).toBe(true);
	});
});

test('what cannot be written is an error, and names why', async () => {
	const laptop = await startLaptop();
	const {child, kept, ended} = start(laptop, ['config', 'show'], {}, openSync('/dev/full', 'w'));
	expect(await ended, kept.stderr).toBe(1);
	expect(kept.stderr).toContain('no space left');
	expect(child.stdout).toBeNull();
});

test('status says what there is, for people, for tmux and for programs', async () => {
	const laptop = await startLaptop();
	await laptop.json('load', 'shell', '--name', 'a', '--', 'false');
	await laptop.console('wait', 'a', '--state', 'exited', '--timeout', '20');
	expect((await laptop.console('status')).stdout).toMatch(
		/^dev-server ● live \d+ ms  ✗ 1 exited\n$/,
	);
	expect((await laptop.console('status', '--format', 'tmux')).stdout).toBe(
		'dev-server #[fg=brightblack]✗1#[default]\n',
	);
	expect(await laptop.json('status')).toMatchObject({
		remote: 'dev-server',
		link: {phase: 'live'},
		agents: {total: 1, rollUp: 'exited', states: {exited: 1, blocked: 0}},
	});
});

test('a launch with a credential gives it to the agent and shows it nowhere else', async () => {
	const laptop = await startLaptop({
		config:
			'[credential.key]\nenv = "MY_KEY"\nas = "THE_KEY"\n[role.keyed]\ncommand = ["sh", "-c", "echo [$THE_KEY]; exec sleep 1000"]\ncredentials = ["key"]\n',
	});
	const secret = 'hunter2-hunter2';
	const run = start(laptop, ['--remote', 'dev-server', 'load', 'keyed', '--json'], {
		MY_KEY: secret,
	});
	expect(await run.ended).toBe(0);
	expect(run.kept.stdout + run.kept.stderr).not.toContain(secret);
	await until(
		async () => (await laptop.console('screen', 'keyed')).stdout.includes(`[${secret}]`),
		'had it',
	);
	const shown = start(laptop, ['config', 'show'], {MY_KEY: secret});
	await shown.ended;
	expect(shown.kept.stdout).toContain('env = "MY_KEY"');
	expect(shown.kept.stdout).not.toContain(secret);

	const missing = await laptop.console('load', 'keyed');
	expect(missing.code).toBe(1);
	expect(missing.stderr).toContain('MY_KEY');
});

test('a link that is compressed carries the same', async () => {
	const laptop = await startLaptop({
		sshd: {clientConfig: ['Compression yes'], config: ['LogLevel DEBUG1']},
	});
	const text = 'the same again '.repeat(2000);
	await laptop.json(
		'load',
		'shell',
		'--name',
		'wide',
		'--',
		'sh',
		'-c',
		`echo ${text}; sleep 1000`,
	);
	await until(
		async () =>
			(await laptop.console('screen', 'wide', '--history', '1000')).stdout.includes(
				'again the same',
			),
		'arrived',
	);
	const log = await readFile(path.join(laptop.sshd.folder, 'sshd.log'), 'utf8');
	expect(log).toMatch(/compression: zlib@openssh\.com/);
});

describe('demo without a terminal', () => {
	// Node keeps its own cache of compiled code where temporary files go.
	const leftIn = async (folder: string) =>
		(await readdir(folder)).filter(name => name !== 'node-compile-cache');

	test('prints the fleet and what changes, and leaves nothing behind', async () => {
		const laptop = await startLaptop();
		const temporary = path.join(laptop.folder, 't');
		await mkdir(temporary);
		const {kept, ended} = start(laptop, ['demo'], {TMPDIR: temporary});
		expect(await ended).toBe(0);
		for (const text of ['the-architect', 'blocked', 'approve Bash', 'done', 'exited 1', 'idle']) {
			expect(kept.stdout).toContain(text);
		}

		expect(await leftIn(temporary)).toEqual([]);
		await rm(temporary, {recursive: true});
	}, 60_000);

	test('what a killed one leaves, the next one ends', async () => {
		const laptop = await startLaptop();
		const temporary = path.join(laptop.folder, 't');
		await mkdir(temporary);
		const killed = start(laptop, ['demo'], {TMPDIR: temporary});
		await until(() => killed.kept.stdout.includes('AGENT'), 'printed the fleet', {
			timeoutMs: 20_000,
			seen: () => killed.kept.stderr,
		});
		killed.child.kill('SIGKILL');
		await killed.ended;
		expect(await leftIn(temporary)).toHaveLength(1);
		expect(await start(laptop, ['demo'], {TMPDIR: temporary}).ended).toBe(0);
		expect(await leftIn(temporary)).toEqual([]);
	}, 60_000);

	test.each(['SIGINT', 'SIGTERM'] as const)(
		'%s ends it as completely',
		async signal => {
			const laptop = await startLaptop();
			const temporary = path.join(laptop.folder, 't');
			await mkdir(temporary);
			const {child, kept, ended} = start(laptop, ['demo'], {TMPDIR: temporary});
			await until(() => kept.stdout.includes('AGENT'), 'printed the fleet', {
				timeoutMs: 20_000,
				seen: () => kept.stderr,
			});
			child.kill(signal);
			expect(await ended).toBe(signal === 'SIGINT' ? 130 : 143);
			expect(await leftIn(temporary)).toEqual([]);
		},
		60_000,
	);
});

test('a file that is named is needed, and who speaks of this machine speaks of no other', async () => {
	const laptop = await startLaptop();
	const missing = path.join(laptop.folder, 'none.toml');
	const named = start(laptop, ['list', '--config', missing]);
	expect(await named.ended).toBe(2);
	expect(named.kept.stderr).toContain(`${missing}: no such file`);
	const inEnvironment = start(laptop, ['list'], {FLEET_CONFIG: missing});
	expect(await inEnvironment.ended).toBe(2);

	const status = start(laptop, ['host', 'status', '--remote', 'dev-server']);
	expect(await status.ended).toBe(2);
	expect(status.kept.stderr).toContain('console --remote dev-server doctor');
});

test('list on this machine names the remotes whose agents may be meant', async () => {
	const laptop = await startLaptop();
	const listed = start(laptop, ['list']);
	expect(await listed.ended).toBe(0);
	expect(listed.kept.stdout).toContain('For those on dev-server: console --remote dev-server');
});
