import {execFile} from 'node:child_process';
import {chmod, mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {onTestFinished} from 'vitest';
import {sharedCache} from './shared-cache.ts';
import {startSshd, type Sshd, type SshdOptions} from './sshd.ts';
import {openShell, openTmuxScreen, type TmuxScreen, type TmuxScreenOptions} from './tmux-screen.ts';

const entry = path.join(import.meta.dirname, '../../dist/cli.js');

export type Ran = {code: number; stdout: string; stderr: string};

/** A laptop with a home of its own, and the host that its `--remote dev-server` names, over a real sshd. */
export type Laptop = {
	folder: string;
	home: string;
	hostHome: string;
	hostState: string;
	hostSocket: string;
	sshd: Sshd;
	env: Record<string, string>;
	hostEnv: Record<string, string>;
	configFile: string;
	/** `console --remote dev-server ARGS…`, its output and exit code; never rejects. */
	console(...args: string[]): Promise<Ran>;
	/** The same on the host itself. */
	onHost(...args: string[]): Promise<Ran>;
	json(...args: string[]): Promise<unknown>;
	/** The program on a terminal. */
	open(args?: string[], options?: TmuxScreenOptions): Promise<TmuxScreen>;
	/** The program without `--remote`: the fleet of the laptop itself. */
	openLocally(options?: TmuxScreenOptions): Promise<TmuxScreen>;
	/** The same as `open`, started from a shell on it, whose prompt is `ready$`. */
	openFromShell(options?: TmuxScreenOptions): Promise<TmuxScreen>;
	daemonPid(): Promise<number>;
};

export type LaptopOptions = {
	sshd?: SshdOptions;
	config?: string;
	remote?: string;
	/** The build of the program that the host has, where it is not this one. */
	hostEntry?: string;
	/** Puts the host elsewhere: on a network of its own, say. */
	start?: (options: SshdOptions) => Promise<Sshd>;
};

export const startLaptop = async (options: LaptopOptions = {}): Promise<Laptop> => {
	const folder = await mkdtemp('/tmp/fl-');
	const home = path.join(folder, 'laptop');
	const hostHome = path.join(folder, 'host');
	const hostState = path.join(hostHome, 's');
	const configFile = path.join(home, '.config/fleet-console/remote.toml');
	await mkdir(path.dirname(configFile), {recursive: true});
	await mkdir(hostHome, {recursive: true});
	const program = path.join(hostHome, 'console');
	const hostEntry = options.hostEntry ?? entry;
	await writeFile(program, `#!/bin/sh\nexec '${process.execPath}' '${hostEntry}' "$@"\n`);
	await chmod(program, 0o755);
	const hostEnv = {
		...sharedCache,
		HOME: hostHome,
		FLEET_STATE_DIR: hostState,
		SHELL: '/bin/bash',
		PATH: process.env['PATH'] ?? '/usr/bin:/bin',
		LANG: 'C.UTF-8',
	};
	const sshd = await (options.start ?? startSshd)({
		...options.sshd,
		environment: {...hostEnv, ...options.sshd?.environment},
	});
	await writeFile(
		configFile,
		[
			'[remote.dev-server]',
			`ssh = "${sshd.alias}"`,
			`remote_path = "${program}"`,
			`ssh_config = "${sshd.sshConfig}"`,
			options.remote ?? '',
			options.config ?? '',
		].join('\n'),
	);
	const env = {
		...sharedCache,
		HOME: home,
		FLEET_STATE_DIR: path.join(home, 's'),
		PATH: process.env['PATH'] ?? '/usr/bin:/bin',
		TERM: 'xterm-256color',
		LANG: 'C.UTF-8',
		CI: 'false',
	};
	const run = (args: string[], environment: Record<string, string>) =>
		new Promise<Ran>(resolve => {
			const child = execFile(
				process.execPath,
				[environment === hostEnv ? hostEntry : entry, ...args],
				{env: environment, timeout: 60_000, maxBuffer: 64 * 1024 * 1024},
				(error, stdout, stderr) => {
					resolve({code: error ? Number(error.code ?? 1) : 0, stdout, stderr});
				},
			);
			child.stdin?.end();
		});

	onTestFinished(async () => {
		const stopped = await Promise.all(
			[hostEnv, env].map(side => run(['host', 'stop', '--agents'], side)),
		);
		await sshd[Symbol.asyncDispose]();
		await rm(folder, {recursive: true, force: true});
		// What was not ended would run on after all tests.
		for (const {code, stderr} of stopped) {
			if (code !== 0) throw new Error(`the host was not stopped (${code}): ${stderr}`);
		}
	}, 60_000);

	const laptop: Laptop = {
		folder,
		home,
		hostHome,
		hostState,
		hostSocket: path.join(hostState, 'run/host.sock'),
		sshd,
		env,
		hostEnv,
		configFile,
		console: (...args) => run(['--remote', 'dev-server', ...args], env),
		onHost: (...args) => run(args, hostEnv),
		async json(...args) {
			const {code, stdout, stderr} = await laptop.console('--json', ...args);
			if (code !== 0) throw new Error(`${args.join(' ')} exited ${code}: ${stderr}${stdout}`);
			return JSON.parse(stdout) as unknown;
		},
		open: (args = [], screen = {}) =>
			openTmuxScreen([process.execPath, entry, '--remote', 'dev-server', ...args], {
				...screen,
				env: {...env, ...screen.env},
			}),
		openLocally: (screen = {}) =>
			openTmuxScreen([process.execPath, entry], {...screen, env: {...env, ...screen.env}}),
		async openFromShell(screen = {}) {
			const shell = await openShell({...screen, env: {...env, ...screen.env}});
			await shell.type(`'${process.execPath}' '${entry}' --remote dev-server\n`);
			return shell;
		},
		async daemonPid() {
			const {stdout} = await laptop.onHost('host', 'status', '--json');
			return (JSON.parse(stdout) as {pid: number}).pid;
		},
	};
	return laptop;
};
