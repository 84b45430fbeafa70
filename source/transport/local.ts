import {spawn} from 'node:child_process';
import {once} from 'node:events';
import net from 'node:net';
import type {Duplex} from 'node:stream';
import {hostSocket} from '../config/paths.ts';
import {FleetError} from '../errors.ts';
import {childStream} from './child-stream.ts';
import {commandFailure} from './host/command-failure.ts';
import {runCommand} from './host/run-command.ts';
import {parseServing} from './host/serving.ts';
import type {RemoteProcess, Transport} from './transport.ts';
import {untilAborted} from './until-aborted.ts';

/** No daemon listens, or none can at such a path: whoever starts one says so. */
const nobodyThere = new Set([
	...['ENOENT', 'ECONNREFUSED'],
	...['ENOTDIR', 'ELOOP', 'EINVAL', 'ENAMETOOLONG'],
]);
const connectTimeoutMs = 10_000;
const startTimeoutMs = 30_000;

/** The daemon of this machine, of one state folder; it is started when it does not answer. */
export class LocalTransport implements Transport {
	readonly description = 'local';
	readonly #stateFolder: string;
	readonly #program: readonly string[];
	readonly #streams = new Set<Duplex>();
	#starting: Promise<string> | undefined;

	/** `program` is the command of this program: runtime and entry file. */
	constructor(stateFolder: string, program: readonly string[]) {
		this.#stateFolder = stateFolder;
		this.#program = program;
	}

	async dial(signal: AbortSignal): Promise<Duplex> {
		signal.throwIfAborted();
		try {
			return this.#keep(await connect({path: hostSocket(this.#stateFolder)}, signal));
		} catch (error) {
			const {code} = error as NodeJS.ErrnoException;
			if (code === undefined || !nobodyThere.has(code)) throw explain(error, signal);
		}

		const starting = (this.#starting ??= this.#start().finally(() => {
			this.#starting = undefined;
		}));
		const path = await untilAborted(starting, signal);
		try {
			return this.#keep(await connect({path}, signal));
		} catch (error) {
			throw explain(error, signal);
		}
	}

	async exec(command: string, signal: AbortSignal): Promise<RemoteProcess> {
		return execChild('sh', ['-c', command], signal);
	}

	async forward(port: number, signal: AbortSignal): Promise<Duplex> {
		try {
			return this.#keep(await connect({port, host: '127.0.0.1', noDelay: true}, signal));
		} catch (error) {
			signal.throwIfAborted();
			throw new FleetError('failed', `nothing can be reached on port ${port}`, {cause: error});
		}
	}

	reset(): void {
		const error = new FleetError('connection-lost', 'the connection was dropped');
		for (const stream of this.#streams) stream.destroy(error);
	}

	/** Nothing is shared under the streams here: each ends by itself. */
	onLost(): () => void {
		return () => {};
	}

	async close(): Promise<void> {
		this.reset();
	}

	#keep(stream: Duplex): Duplex {
		this.#streams.add(stream);
		stream.on('error', () => {});
		stream.once('close', () => this.#streams.delete(stream));
		return stream;
	}

	async #start(): Promise<string> {
		const [runtime, ...entry] = this.#program;
		const command = {remote: 'this machine', program: 'console'};
		const signal = AbortSignal.timeout(startTimeoutMs);
		const child = {
			exec: (line: string, ended: AbortSignal) =>
				execChild(runtime!, [...entry, ...line.split(' ')], ended, {
					FLEET_STATE_DIR: this.#stateFolder,
				}),
		};
		try {
			const outcome = await runCommand(child, 'host serve --detach --json', signal);
			const serving = outcome.code === 0 ? parseServing(outcome.stdout) : null;
			if (!serving) throw commandFailure(command, outcome);
			return serving.socket;
		} catch (error) {
			if (error instanceof FleetError) throw error;
			throw new FleetError('daemon-failed', 'the daemon of this machine did not start', {
				hint: 'Try `console host serve` to see why.',
				cause: error,
			});
		}
	}
}

const connect = async (options: net.NetConnectOpts, signal: AbortSignal): Promise<net.Socket> => {
	const socket = net.connect(options);
	const limit = AbortSignal.any([signal, AbortSignal.timeout(connectTimeoutMs)]);
	try {
		await once(socket, 'connect', {signal: limit});
		return socket;
	} catch (error) {
		socket.on('error', () => {}).destroy();
		throw error;
	}
};

const explain = (error: unknown, signal: AbortSignal): unknown => {
	if (signal.aborted) return signal.reason;
	const {code, message} = error as NodeJS.ErrnoException;
	if (code === 'EACCES') {
		return new FleetError(
			'state-dir-unusable',
			'the socket of the daemon belongs to someone else',
			{
				hint: 'FLEET_STATE_DIR names another folder for it.',
				cause: error,
			},
		);
	}

	return new FleetError('daemon-failed', `the daemon of this machine does not answer: ${message}`, {
		hint: 'Try `console host status`.',
		cause: error,
	});
};

const execChild = async (
	program: string,
	argv: string[],
	signal: AbortSignal,
	environment: Record<string, string> = {},
): Promise<RemoteProcess> => {
	signal.throwIfAborted();
	const child = spawn(program, argv, {
		stdio: ['pipe', 'pipe', 'pipe'],
		env: {...process.env, ...environment},
	});
	const exited = new Promise<{code: number | null; signal: string | null}>((resolve, reject) => {
		child.once('error', reject);
		child.once('close', (code, name) => resolve({code, signal: name}));
	});
	exited.catch(() => {});
	return {stream: childStream(child), stderr: child.stderr, exited};
};
