import {execFile} from 'node:child_process';
import {chmod, mkdir, readFile, rm, stat, symlink, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {promisify} from 'node:util';
import {until} from '../test/harness/until.ts';
import type {Figure} from './figure.ts';
import {median} from './figure.ts';
import type {Remote} from './remote.ts';
import {openTerminal, type Terminal} from './terminal.ts';

const run = promisify(execFile);
const home = (remote: Remote): string => remote.env['HOME']!;
const configFile = (remote: Remote): string =>
	path.join(home(remote), '.config/fleet-console/remote.toml');

/** A program that only leaves a file: when it was made is when the program was started. */
const marker = async (folder: string, name: string): Promise<string> => {
	const file = path.join(folder, name);
	await writeFile(file, `#!/bin/sh\n: >"${file}.ran"\n[ "$1" != stay ] || exec sleep 100000\n`);
	await chmod(file, 0o755);
	return file;
};

/** Milliseconds of the clock at which it ran; forgotten once it was asked for. */
const ranAt = async (file: string): Promise<number> => {
	const at = await until(
		() =>
			stat(`${file}.ran`).then(
				({mtimeMs}) => mtimeMs,
				() => undefined,
			),
		'started',
	);
	await rm(`${file}.ran`);
	return at;
};

const attend = async (remote: Remote): Promise<Terminal> => {
	const {file, args} = remote.command();
	const terminal = openTerminal(file, args, {env: remote.env, isDrawn: true});
	await terminal.shows(/live/, 60_000);
	return terminal;
};

/** From `xdg-open URL` in an agent on the host to the laptop's browser being started. */
export const measureOpen = async (
	remote: Remote,
	roundTripMs: number,
	count = 25,
): Promise<Figure[]> => {
	const browser = await marker(home(remote), 'browser');
	const plain = await readFile(configFile(remote), 'utf8');
	await writeFile(configFile(remote), `${plain}\n[handler.web]\ncommand = "${browser} {}"\n`);
	await remote.console('load', 'shell', '--name', 'opener', '--', 'sleep', '100000');
	const terminal = await attend(remote);
	const samples: number[] = [];
	try {
		const env = await agentEnvironment(remote, 'opener');
		const relay = path.join(env['PATH']!.split(':')[0]!, 'xdg-open');
		for (let index = 0; index < count + 2; index++) {
			const startedAt = Date.now();
			const asking = run(relay, [`https://example.com/${index}`], {env});
			const took = (await ranAt(browser)) - startedAt;
			await asking;
			if (index >= 2) samples.push(took);
			// An agent may ask once a second.
			await new Promise(resolve => setTimeout(resolve, 1050));
		}
	} finally {
		await terminal.close();
	}

	return [
		{
			name: `open on the host to the laptop's handler, ${roundTripMs} ms, p50`,
			unit: 'ms',
			ours: median(samples),
			peer: roundTripMs,
			peerName: 'one round trip',
			limit: roundTripMs + 30,
		},
	];
};

const agentEnvironment = async (remote: Remote, name: string): Promise<Record<string, string>> => {
	const pid = await until(async () => {
		const {agents} = JSON.parse(await remote.console('list', '--json')) as {
			agents: Array<{name: string; pid: number | null}>;
		};
		return agents.find(agent => agent.name === name)?.pid;
	}, 'running');
	const entries = (await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0').filter(Boolean);
	return Object.fromEntries(
		entries.map(entry => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
	);
};

/** From Enter in the console's form to the start of the agent's program, with a credential that a command yields. */
export const measureLoad = async (
	remote: Remote,
	roundTripMs: number,
	count = 12,
): Promise<Figure[]> => {
	const program = await marker(home(remote), 'program');
	const vault = path.join(home(remote), 'token');
	await writeFile(vault, 'secret-of-the-bench\n', {mode: 0o600});
	const plain = await readFile(configFile(remote), 'utf8');
	await writeFile(
		configFile(remote),
		[
			plain,
			'[credential.token]',
			`command = ["cat", "${vault}"]`,
			'as = "TOKEN"',
			'[role.aaa]',
			`command = ["${program}", "stay"]`,
			'credentials = ["token"]',
		].join('\n'),
	);
	await remote.console('list');
	const terminal = await attend(remote);
	const samples: number[] = [];
	try {
		for (let index = 0; index < count + 2; index++) {
			terminal.write('n');
			await terminal.shows(/‹ aaa ›/);
			const startedAt = Date.now();
			terminal.write('\r');
			const took = (await ranAt(program)) - startedAt;
			if (index >= 2) samples.push(took);
			const name = index === 0 ? 'aaa' : `aaa-${index + 1}`;
			await terminal.shows(new RegExp(`▸ ${name}\\s`));
		}
	} finally {
		await terminal.close();
	}

	return [
		{
			name: `load with a credential to the agent's process, ${roundTripMs} ms, p50`,
			unit: 'ms',
			ours: median(samples),
			peer: 2 * roundTripMs,
			peerName: 'two round trips',
			limit: 2 * roundTripMs + 300,
		},
	];
};

/** The whole command, its login too, on a host that has Node and nothing of ours; and again. */
export const measureInstall = async (remote: Remote, roundTripMs: number): Promise<Figure[]> => {
	const plain = await readFile(configFile(remote), 'utf8');
	await writeFile(configFile(remote), plain.replace(/^remote_path.*$/m, ''));
	const first: number[] = [];
	const again: number[] = [];
	const hostHome = path.dirname(remote.hostState);
	for (let round = 0; round < 3; round++) {
		for (const folder of ['.local', 's']) {
			await rm(path.join(hostHome, folder), {recursive: true, force: true});
		}

		// Where a person has it who installed it by themselves.
		const node = path.join(hostHome, '.nvm/versions/node/v24/bin');
		await mkdir(node, {recursive: true});
		await symlink(process.execPath, path.join(node, 'node')).catch(() => {});
		for (const samples of [first, again]) {
			const startedAt = performance.now();
			await remote.console('install');
			samples.push(performance.now() - startedAt);
		}
	}

	const login: number[] = [];
	for (let round = 0; round < 3; round++) {
		const startedAt = performance.now();
		await remote.ssh('true');
		login.push(performance.now() - startedAt);
	}

	const figure = (name: string, samples: number[], limit: number): Figure => ({
		name: `${name}, ${roundTripMs} ms`,
		unit: 'ms',
		ours: median(samples),
		peer: median(login),
		peerName: 'ssh host true',
		limit,
	});
	return [figure('first install', first, 3000), figure('repeated install', again, 1000)];
};
