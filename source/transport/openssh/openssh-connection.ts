import {execFile, spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync} from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import type {Duplex} from 'node:stream';
import {promisify} from 'node:util';
import {FleetError} from '../../errors.ts';
import {plainText} from '../../protocol/text.ts';
import {childStream} from '../child-stream.ts';
import {StreamlocalRefused, type Connection} from '../connection.ts';
import {RelaySocket} from '../relay-socket.ts';
import type {RemoteProcess} from '../transport.ts';
import {untilAborted} from '../until-aborted.ts';
import type {ControlFolder} from './control-folder.ts';
import type {Master} from './master.ts';
import {answersHttp} from './answers-http.ts';

const run = promisify(execFile);

const requestTimeoutMs = 15_000;
/** A master that is told to end and does not is killed. */
const graceMs = 1000;

/** One login of the user's own ssh, and every stream over it. */
export class OpensshConnection implements Connection {
	readonly login = null;
	readonly closed: Promise<FleetError>;
	readonly #description: string;
	readonly #master: Master;
	readonly #folder: ControlFolder;
	readonly #streams = new Set<Duplex>();
	/** Local sockets that lead somewhere there, by target. */
	readonly #doors = new Map<string, Promise<string>>();
	/** Targets behind which somebody answered. */
	readonly #proven = new Set<string>();
	#ended: FleetError | undefined;
	#end!: (error: FleetError) => void;

	constructor(description: string, master: Master, folder: ControlFolder) {
		this.#description = description;
		this.#master = master;
		this.#folder = folder;
		this.closed = new Promise(resolve => {
			this.#end = resolve;
		});
		const {child} = master;
		if (child.exitCode === null && child.signalCode === null) {
			child.once('exit', () => this.#fail());
		} else {
			this.#fail();
		}
	}

	async streamlocal(target: string, signal: AbortSignal): Promise<Duplex> {
		const local = await untilAborted(this.#door(escapePath(target)), signal);
		if (!this.#proven.has(target)) {
			// ssh takes every connection and closes it when the host refuses: only an answer tells.
			const answers = await untilAborted(this.#answers(local), signal);
			if (this.#ended) throw this.#ended;
			if (!answers) throw new StreamlocalRefused(`nobody answers at ${target}`);
			this.#proven.add(target);
		}

		const socket = await this.#connect(local, signal);
		socket.once('close', () => {
			if (!socket.hasHeard) this.#proven.delete(target);
		});
		return socket;
	}

	async exec(command: string, signal: AbortSignal): Promise<RemoteProcess> {
		signal.throwIfAborted();
		if (this.#ended) throw this.#ended;
		const child = spawn('ssh', [...this.#through(), '-T', '--', 'host', command], {
			stdio: ['pipe', 'pipe', 'pipe'],
			detached: true,
			env: {...process.env, LC_ALL: 'C'},
		});
		let words = '';
		child.stderr.on('data', (data: Buffer) => {
			words = (words + data.toString()).slice(-2000);
		});
		const ended = new Promise<{code: number | null; signal: string | null}>((resolve, reject) => {
			child.once('error', reject);
			child.once('close', (code, name) => resolve({code, signal: name}));
		});
		const exited = ended.then(async outcome => {
			// Ended by us, for the connection was gone.
			if (outcome.signal !== null && this.#ended) throw this.#ended;
			if (outcome.code !== 255) return outcome;
			const lost = await this.#whyEnded();
			if (lost) throw lost;
			// 255 is ssh's own; a program that ends with it is not told from that, but by ssh's words.
			if (!/mux_client|session request|multiplexing|Connection closed/i.test(words)) return outcome;
			throw new FleetError(
				'not-supported',
				`the host runs no program for us: ${plainText(words, 200)}`,
				{
					hint: 'Its sshd may allow no more sessions on one connection (MaxSessions), or none at all.',
				},
			);
		});
		exited.catch(() => {});
		const stream = new RelaySocket(childStream(child), () => this.#whyEnded(), {
			allowHalfOpen: true,
		});
		return {stream: this.#keep(stream), stderr: child.stderr, exited};
	}

	async forward(port: number, signal: AbortSignal): Promise<Duplex> {
		const local = await untilAborted(this.#door(`127.0.0.1:${port}`), signal);
		return this.#connect(local, signal);
	}

	close(): void {
		this.#fail(
			new FleetError('connection-lost', `the connection to ${this.#description} was closed`),
		);
	}

	/** The arguments that make ssh use the login that is there, and never make another. */
	#through(): string[] {
		const {control} = this.#folder;
		return ['-F', 'none', '-S', control, '-o', 'ControlMaster=no', '-o', 'ProxyCommand=false'];
	}

	/** A local socket behind which ssh connects to `target` there, once for each target. */
	#door(target: string): Promise<string> {
		const known = this.#doors.get(target);
		if (known) return known;
		const local = path.join(this.#folder.path, `s${this.#doors.size}`);
		const door = this.#request('-O', 'forward', '-L', `${escapePath(local)}:${target}`).then(
			() => local,
		);
		this.#doors.set(target, door);
		door.catch(() => this.#doors.delete(target));
		return door;
	}

	async #request(...argv: string[]): Promise<void> {
		if (this.#ended) throw this.#ended;
		try {
			await run('ssh', [...this.#through(), ...argv, '--', 'host'], {
				timeout: requestTimeoutMs,
				env: {...process.env, LC_ALL: 'C'},
			});
		} catch (error) {
			const lost = await this.#whyEnded();
			if (lost) throw lost;
			const {stderr = ''} = error as {stderr?: string};
			throw new FleetError('failed', `ssh does not forward: ${plainText(stderr, 300)}`, {
				cause: error,
			});
		}
	}

	async #answers(local: string): Promise<boolean> {
		const socket = net.connect(local);
		try {
			return await answersHttp(socket, requestTimeoutMs);
		} finally {
			socket.destroy();
		}
	}

	async #connect(local: string, signal: AbortSignal): Promise<RelaySocket> {
		if (this.#ended) throw this.#ended;
		const socket = net.connect({path: local, allowHalfOpen: true});
		try {
			await once(socket, 'connect', {signal});
		} catch (error) {
			socket.on('error', () => {}).destroy();
			signal.throwIfAborted();
			throw (await this.#whyEnded()) ?? error;
		}

		return this.#keep(new RelaySocket(socket, () => this.#whyEnded()));
	}

	#keep(stream: RelaySocket): RelaySocket {
		this.#streams.add(stream);
		// Nobody may be listening at the moment the link dies.
		stream.on('error', () => {});
		stream.once('close', () => this.#streams.delete(stream));
		return stream;
	}

	/** The error when the connection is gone; ssh removes its socket just before its streams end. */
	async #whyEnded(): Promise<FleetError | null> {
		if (this.#ended) return this.#ended;
		if (existsSync(this.#folder.control)) return null;
		return this.closed;
	}

	#fail(error?: FleetError): void {
		if (this.#ended) return;
		const said = plainText(this.#master.words().trim().split('\n').at(-1) ?? '', 200);
		this.#ended =
			error ??
			new FleetError(
				'connection-lost',
				`the connection to ${this.#description} was lost${said ? `: ${said}` : ''}`,
			);
		this.#end(this.#ended);
		for (const stream of this.#streams) stream.destroy(this.#ended);
		this.#folder.remove();
		const {child} = this.#master;
		child.stdin?.destroy();
		if (child.exitCode !== null || child.signalCode !== null) return;
		child.kill('SIGTERM');
		const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
		child.once('exit', () => clearTimeout(timer));
	}
}

/** A path in `-L`: what would end it is escaped. */
const escapePath = (file: string): string => file.replaceAll(/[\\:]/g, '\\$&');
