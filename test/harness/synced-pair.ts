import {execFile, spawn, type ChildProcess} from 'node:child_process';
import {chmod, mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {once} from 'node:events';
import path from 'node:path';
import {sharedCache} from './shared-cache.ts';
import {until} from './until.ts';
import {startSshd, type Sshd, type SshdOptions} from './sshd.ts';

export type Ran = {code: number; stdout: string; stderr: string};

/** A laptop and a host behind a real sshd, each with a home and state of its own, and rules between them. */
export type SyncedPair = {
	sshd: Sshd;
	laptop: {home: string; state: string};
	host: {home: string; state: string};
	/** The environment of the laptop's commands. */
	environment: Record<string, string>;
	/** Writes remote.toml: the rules as they stand under `[remote.dev-server]`. */
	configure(rules: string): Promise<void>;
	/** `console --remote dev-server …` with a closed stdin. */
	console(...argv: string[]): Promise<Ran>;
	/** The same in other circumstances: under another program, with more environment. */
	consoleUnder(
		how: {prefix?: string[]; environment?: Record<string, string>},
		...argv: string[]
	): Promise<Ran>;
	/** The same, not waited for: `said()` is what it wrote so far; it is ended with the pair. */
	start(how: {prefix?: string[]; environment?: Record<string, string>}, ...argv: string[]): Started;
	/** `sync --watch`, once both sides are in step. */
	watch(how?: {prefix?: string[]; environment?: Record<string, string>}): Promise<Started>;
	/** `console …` as on the host itself. */
	hostConsole(...argv: string[]): Promise<Ran>;
	[Symbol.asyncDispose](): Promise<void>;
};

export type Started = {
	readonly child: ChildProcess;
	said(): string;
	/** Interrupts it and waits for its end. */
	end(): Promise<void>;
	[Symbol.asyncDispose](): Promise<void>;
};

const root = path.join(import.meta.dirname, '../..');
export const program = path.join(root, 'dist/cli.js');

/** For the message of what came out otherwise. */
export const shown = (ran: Ran): string => JSON.stringify(ran, null, 1);

export const startSyncedPair = async (
	options: SshdOptions = {},
	/** Where the host is, if not on this machine's own network. */
	place: {startSshd(options: SshdOptions): Promise<Sshd>} = {startSshd},
): Promise<SyncedPair> => {
	const folder = await mkdtemp('/tmp/pair-');
	const side = (name: string) => ({
		home: path.join(folder, name),
		state: path.join(folder, `${name}-s`),
	});
	const [laptop, host] = [side('near'), side('far')];
	await mkdir(path.join(laptop.home, '.config/fleet-console'), {recursive: true});
	await mkdir(path.join(host.home, '.local/bin'), {recursive: true});
	const command = path.join(host.home, '.local/bin/console');
	await writeFile(command, `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`);
	await chmod(command, 0o755);
	const hostEnvironment = {...sharedCache, HOME: host.home, FLEET_STATE_DIR: host.state};
	const sshd = await place.startSshd({
		...options,
		environment: {...hostEnvironment, ...options.environment},
	});
	const environment = {
		PATH: process.env['PATH'] ?? '',
		...sharedCache,
		HOME: laptop.home,
		FLEET_STATE_DIR: laptop.state,
		XDG_CONFIG_HOME: path.join(laptop.home, '.config'),
		TERM: 'xterm-256color',
		NO_COLOR: '1',
	};
	const run = (argv: string[], env: Record<string, string>, prefix: string[] = []) =>
		new Promise<Ran>(resolve => {
			const [file, ...rest] = [...prefix, process.execPath, program, ...argv] as [
				string,
				...string[],
			];
			const child = execFile(
				file,
				rest,
				{env, maxBuffer: 64 * 1024 * 1024, timeout: 120_000},
				(error, stdout, stderr) => {
					resolve({code: error === null ? 0 : Number(error.code ?? 1), stdout, stderr});
				},
			);
			child.stdin?.end();
		});
	const named = ['--remote', 'dev-server'];
	const started = new Set<Started>();
	const synced: SyncedPair = {
		sshd,
		laptop,
		host,
		environment,
		async configure(rules) {
			await writeFile(
				path.join(laptop.home, '.config/fleet-console/remote.toml'),
				`[remote.dev-server]\nssh = "${sshd.alias}"\nssh_config = "${sshd.sshConfig}"\n\n${rules}\n`,
			);
		},
		console: (...argv) => run([...named, ...argv], environment),
		consoleUnder: ({prefix, environment: more}, ...argv) =>
			run([...named, ...argv], {...environment, ...more}, prefix),
		start({prefix = [], environment: more}, ...argv) {
			const words = [...prefix, process.execPath, program, ...named, ...argv];
			const [file, ...rest] = words as [string, ...string[]];
			const child = spawn(file, rest, {
				env: {...environment, ...more},
				stdio: ['ignore', 'pipe', 'pipe'],
			});
			let said = '';
			for (const pipe of [child.stdout, child.stderr]) {
				pipe.on('data', (chunk: Buffer) => (said += chunk.toString()));
			}

			const exited = once(child, 'exit');
			const it: Started = {
				child,
				said: () => said,
				async end() {
					started.delete(it);
					child.kill('SIGINT');
					await exited;
				},
				[Symbol.asyncDispose]: () => it.end(),
			};
			started.add(it);
			return it;
		},
		async watch(how = {}) {
			const watching = synced.start(how, 'sync', '--watch');
			const seen = watching.said;
			await until(() => seen().includes('in step'), 'in step', {seen, timeoutMs: 30_000});
			return watching;
		},
		hostConsole: (...argv) => run(argv, {...environment, ...hostEnvironment}),
		async [Symbol.asyncDispose]() {
			for (const it of started) await it.end();
			await run(['host', 'stop', '--agents'], {...environment, ...hostEnvironment});
			await sshd[Symbol.asyncDispose]();
			await rm(folder, {recursive: true, force: true});
		},
	};
	return synced;
};
