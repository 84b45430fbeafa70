import {execFile, spawn} from 'node:child_process';
import {chmod, mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {promisify} from 'node:util';
import {startSshd, type Sshd, type SshdOptions} from '../test/harness/sshd.ts';
import {until} from '../test/harness/until.ts';
import {callHost} from './call-host.ts';

const run = promisify(execFile);
const entry = path.join(import.meta.dirname, '../dist/cli.js');

/** A laptop and a host on this machine, with homes and state of their own, joined by a real sshd. */
export type Remote = {
	/** Environment of the laptop's programs. */
	env: NodeJS.ProcessEnv;
	hostState: string;
	hostSocket: string;
	sshd: Sshd;
	/** Arguments for the peer: `ssh ARGS… HOST`. */
	sshArgs: string[];
	/** Runs `console --remote bench ARGS…` and yields its standard output. */
	console(...args: string[]): Promise<string>;
	/** Arguments with which the console shows no letter before the host has echoed it. */
	withoutLocalEcho: string[];
	/** The program and its arguments for a terminal: `console --remote bench ARGS…`. */
	command(...args: string[]): {file: string; args: string[]};
	ssh(...command: string[]): Promise<string>;
	daemonPid(): Promise<number>;
	/** Starts an agent by asking the daemon at its own socket. */
	launch(name: string, command: string[]): Promise<void>;
	/** Ends an agent at once and removes it, at the daemon's own socket. */
	forget(name: string): Promise<void>;
	[Symbol.asyncDispose](): Promise<void>;
};

const open = new Set<Remote>();

/** Ends what a run that is cut short would leave behind: daemons, agents, folders. */
export const closeRemotes = async (): Promise<void> => {
	await Promise.allSettled([...open].map(remote => remote[Symbol.asyncDispose]()));
};

/** `start` puts the host elsewhere: behind a slow link, say. */
export const openRemote = async (
	start: (options: SshdOptions) => Promise<Sshd> = startSshd,
): Promise<Remote> => {
	const folder = await mkdtemp(path.join(os.tmpdir(), 'fb-'));
	const laptop = path.join(folder, 'laptop');
	const host = path.join(folder, 'host');
	const hostState = path.join(host, 's');
	await mkdir(path.join(laptop, '.config/fleet-console'), {recursive: true});
	await mkdir(host, {recursive: true});
	const hostCommand = path.join(host, 'console');
	await writeFile(hostCommand, `#!/bin/sh\nexec '${process.execPath}' '${entry}' "$@"\n`);
	await chmod(hostCommand, 0o755);
	const sshd = await start({
		alias: 'bench',
		environment: {HOME: host, FLEET_STATE_DIR: hostState},
	});
	const config = [
		'[remote.bench]',
		'ssh = "bench"',
		`remote_path = "${hostCommand}"`,
		`ssh_config = "${sshd.sshConfig}"`,
		'',
	].join('\n');
	await writeFile(path.join(laptop, '.config/fleet-console/remote.toml'), config);
	const withoutLocalEcho = path.join(laptop, 'without-local-echo.toml');
	await writeFile(withoutLocalEcho, `${config}[ui]\nlocal_echo = "never"\n`);
	const env: NodeJS.ProcessEnv = {
		PATH: process.env['PATH'],
		HOME: laptop,
		FLEET_STATE_DIR: path.join(laptop, 's'),
		TERM: 'xterm-256color',
		LANG: 'C.UTF-8',
		CI: 'false',
	};
	const command = (...args: string[]) => ({
		file: process.execPath,
		args: [entry, '--remote', 'bench', ...args],
	});
	const console = async (...args: string[]) => {
		const {file, args: all} = command(...args);
		return (await run(file, all, {env, maxBuffer: 64 * 1024 * 1024})).stdout;
	};
	const onHost = {...env, HOME: host, FLEET_STATE_DIR: hostState};
	const remote: Remote = {
		env,
		hostState,
		hostSocket: path.join(hostState, 'run/host.sock'),
		sshd,
		sshArgs: ['-F', sshd.sshConfig, 'bench'],
		withoutLocalEcho: ['--config', withoutLocalEcho],
		console,
		command,
		ssh: async (...words) =>
			(await run('ssh', ['-F', sshd.sshConfig, 'bench', ...words], {env})).stdout,
		async daemonPid() {
			const {stdout} = await run(process.execPath, [entry, 'host', 'status', '--json'], {
				env: onHost,
			});
			return (JSON.parse(stdout) as {pid: number}).pid;
		},
		launch: (name, command) =>
			callHost(path.join(hostState, 'run/host.sock'), 'POST', '/v1/agents', {
				agent: 'shell',
				name,
				command,
			}),
		async forget(name) {
			const socket = path.join(hostState, 'run/host.sock');
			await callHost(socket, 'POST', `/v1/agents/${name}/stop`, {grace: 0});
			// Only one that has ended can be removed, and it takes a moment to.
			const remove = () => callHost(socket, 'DELETE', `/v1/agents/${name}`).then(() => true);
			await until(() => remove().catch(() => false), `${name} to be gone`);
		},
		async [Symbol.asyncDispose]() {
			if (!open.delete(remote)) return;
			await new Promise(resolve => {
				const child = spawn(process.execPath, [entry, 'host', 'stop', '--agents'], {
					env: onHost,
					stdio: 'ignore',
				});
				child.on('exit', resolve);
			});
			await sshd[Symbol.asyncDispose]();
			await rm(folder, {recursive: true, force: true});
		},
	};
	open.add(remote);
	return remote;
};
