import {execFile, spawn} from 'node:child_process';
import {chmod, mkdir, readFile, rename, rm, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {promisify} from 'node:util';
import {FleetError} from '../../../errors.ts';
import {plainFileLimit} from '../../file-limit.ts';
import {launcherScript} from '../../launcher/launcher-script.ts';
import {outliveLogin} from '../../outlive-login.ts';
import {processArguments, processes, processStat, sendSignal} from '../../processes.ts';
import {serverEnvironment} from './server-environment.ts';
import {checkTmux} from './tmux-binary.ts';
import {tmuxConfig} from './tmux-config.ts';

const run = promisify(execFile);

/** A name that no agent's id can be. It holds a link to every agent's window, so that one client hears them all. */
export const hubSession = 'fleet+hub';

/** A unix socket's path has 108 bytes with its closing NUL (unix(7)). */
const longestSocketPath = 107;

/** The tmux server of one state folder: found, started, configured, ended. It knows of no agent. */
export class TmuxServer {
	readonly socket: string;
	readonly launcher: string;
	readonly env = serverEnvironment();
	readonly #folder: string;
	readonly #config: string;
	readonly #command: readonly string[];
	readonly #state: string;
	readonly #log: (line: string) => void;

	constructor(options: {state: string; command: readonly string[]; log: (line: string) => void}) {
		this.#state = options.state;
		this.#folder = path.join(options.state, 'run');
		this.socket = path.join(this.#folder, 'tmux.sock');
		this.launcher = path.join(this.#folder, 'launch.sh');
		this.#config = path.join(this.#folder, 'tmux.conf');
		this.#command = options.command;
		this.#log = options.log;
	}

	/** Rejects with `not-supported` (no tmux that will do) or `state-dir-unusable`; then writes what the server reads. */
	async prepare(): Promise<void> {
		if (Buffer.byteLength(this.socket) > longestSocketPath) {
			throw new FleetError('state-dir-unusable', `${this.socket} is too long for a socket`, {
				hint: 'set FLEET_STATE_DIR to a shorter path',
			});
		}

		await checkTmux('tmux', this.env);
		await mkdir(this.#folder, {recursive: true, mode: 0o700});
		const terminal = await run('infocmp', ['tmux-256color'], {env: this.env, timeout: 5000}).then(
			() => 'tmux-256color',
			() => 'screen-256color',
		);
		await this.#write(this.#config, tmuxConfig({terminal}), 0o600);
		const script = launcherScript({
			command: this.#command,
			tmux: 'tmux',
			socket: this.socket,
			state: this.#state,
		});
		await this.#write(this.launcher, script, 0o700);
	}

	/** The server's pid, null when none listens; rejects with `failed` when one is there and does not answer. */
	async find(timeoutMs = 5000): Promise<number | null> {
		try {
			const {stdout} = await this.call(['display-message', '-p', '#{pid}'], timeoutMs);
			return Number(stdout.trim());
		} catch (error) {
			if ((error as {killed?: boolean}).killed) {
				throw new FleetError('failed', 'tmux does not answer', {cause: error});
			}

			return null;
		}
	}

	/** A client of its own for one command: slower than the control client, but there without it. */
	call(args: readonly string[], timeoutMs = 5000): Promise<{stdout: string; stderr: string}> {
		return run('tmux', ['-u', '-S', this.socket, ...args], {
			env: this.env,
			timeout: timeoutMs,
			killSignal: 'SIGKILL',
			maxBuffer: 64 * 1024 * 1024,
		});
	}

	/** The same with bytes on its standard input. */
	feed(args: readonly string[], input: string, timeoutMs = 10_000): Promise<void> {
		return new Promise((resolve, reject) => {
			const child = spawn('tmux', ['-u', '-S', this.socket, ...args], {
				env: this.env,
				stdio: ['pipe', 'ignore', 'pipe'],
				timeout: timeoutMs,
				killSignal: 'SIGKILL',
			});
			let words = '';
			child.stderr.setEncoding('utf8').on('data', (text: string) => (words += text));
			child.stdin.on('error', () => {});
			child.on('error', reject);
			child.on('close', code => {
				if (code === 0) resolve();
				else reject(new FleetError('failed', `tmux: ${words.trim() || 'does not answer'}`));
			});
			child.stdin.end(input);
		});
	}

	/** Adopts the server that runs, or starts one. Yields its pid. */
	async ensure(): Promise<number> {
		this.#endLeftClients();
		const found = await this.find();
		if (found !== null) {
			await this.call(['source-file', this.#config]);
			await this.call(['has-session', '-t', `=${hubSession}`]).catch(() => this.call(this.#hub()));
			return found;
		}

		// One that is just ending still holds the socket's name: a new one would end with it.
		for (let attempt = 0; attempt < 20; attempt++) {
			await this.#start();
			const pid = await this.find();
			if (pid !== null && this.#servers().includes(pid)) return pid;
			await new Promise(resolve => setTimeout(resolve, 250));
		}

		throw new FleetError('daemon-failed', 'tmux does not start', {
			hint: `try: tmux -S ${this.socket} new-session`,
		});
	}

	/** How a control client is started; it dies with the daemon, for a left one would wedge the server. */
	async controlCommand(): Promise<string[]> {
		const tmux = [
			'tmux',
			'-u',
			'-S',
			this.socket,
			'-C',
			'attach-session',
			'-t',
			`=${hubSession}`,
			'-f',
			'pause-after=2',
		];
		const bound = await run('setpriv', ['--pdeathsig', 'KILL', 'true'], {
			env: this.env,
			timeout: 5000,
		}).then(
			() => true,
			() => false,
		);
		return bound ? ['setpriv', '--pdeathsig', 'KILL', ...tmux] : tmux;
	}

	/** Ends the server, and whatever listens on its socket though it does not answer. */
	async end(): Promise<void> {
		await this.call(['kill-server']).catch(() => {});
		for (let attempt = 0; attempt < 20 && this.#servers().length > 0; attempt++) {
			await new Promise(resolve => setTimeout(resolve, 100));
		}

		for (const pid of this.#servers()) {
			this.#log(`tmux server ${pid} does not end: killed`);
			sendSignal(pid, 'SIGKILL');
		}

		await rm(this.socket, {force: true});
	}

	#hub(): string[] {
		// Its own window holds a program that has ended: it costs a pane and no process.
		return ['new-session', '-d', '-s', hubSession, '-x', '80', '-y', '24', 'true'];
	}

	async #start(): Promise<void> {
		const limit = plainFileLimit();
		const shell = limit === null ? 'exec "$@"' : `ulimit -Sn ${limit}; exec "$@"`;
		const tmux = ['tmux', '-u', '-S', this.socket, '-f', this.#config, ...this.#hub()];
		const argv = [...(await outliveLogin(this.env)), '/bin/sh', '-c', shell, 'sh', ...tmux];
		const child = spawn(argv[0] ?? '', argv.slice(1), {
			env: this.env,
			cwd: '/',
			stdio: 'ignore',
			detached: true,
			timeout: 10_000,
			killSignal: 'SIGKILL',
		});
		await new Promise<void>(resolve => {
			child.on('error', () => resolve());
			child.on('close', () => resolve());
		});
	}

	#servers(): number[] {
		return this.#own()
			.filter(pid => processStat(pid)?.name.startsWith('tmux: server'))
			.filter(pid => processStat(pid)?.state !== 'Z');
	}

	/** A control client of a daemon that was killed is in nobody's hands, and holds up the whole server. */
	#endLeftClients(): void {
		for (const pid of this.#own()) {
			const name = processStat(pid)?.name ?? '';
			if (name.startsWith('tmux: client') && processArguments(pid).includes('-C'))
				sendSignal(pid, 'SIGKILL');
		}
	}

	#own(): number[] {
		return processes()
			.filter(({name}) => name.startsWith('tmux'))
			.map(({pid}) => pid)
			.filter(pid => processArguments(pid).includes(this.socket));
	}

	async #write(file: string, text: string, mode: number): Promise<void> {
		// On a full disk the daemon must still come back to its agents.
		if ((await readFile(file, 'utf8').catch(() => null)) === text) return;
		// Renamed into place: a shell that still runs the old launcher goes on reading the old one.
		await writeFile(`${file}.new`, text, {mode});
		await chmod(`${file}.new`, mode);
		await rename(`${file}.new`, file);
	}
}
