import type {Duplex} from 'node:stream';
import {FleetError} from '../../errors.ts';
import {protocol} from '../../protocol/version.ts';
import {StreamlocalRefused, type Connection} from '../connection.ts';
import {commandFailure, type HostCommand, type Outcome} from './command-failure.ts';
import type {RemoteMemory, Way} from './memory.ts';
import {remoteCommand} from './remote-command.ts';
import {runCommand} from './run-command.ts';
import {parseServing, type Serving} from './serving.ts';
import {StdioSocket} from './stdio-socket.ts';
import {untilAborted} from '../until-aborted.ts';

/** Starting the daemon is a login shell, a program start and a tmux server. */
const startTimeoutMs = 30_000;
/** How long a way is taken without asking: a refusal may be lifted, a state folder may have moved. */
const freshMs = 24 * 60 * 60 * 1000;

/**
 * The way from one connection to the daemon behind it: its socket where it was the last time, else
 * the daemon is started and says where; through a program's stdio where the host opens no sockets.
 */
export class HostDoor {
	readonly #connection: Connection;
	readonly #command: HostCommand;
	readonly #memory: RemoteMemory;
	#starting: Promise<Serving> | undefined;
	#isStarted = false;

	constructor(connection: Connection, command: HostCommand, memory: RemoteMemory) {
		this.#connection = connection;
		this.#command = command;
		this.#memory = memory;
	}

	/** A stream to the daemon. Rejects with `host-missing`, `protocol-mismatch`, `daemon-failed` or `connection-lost`. */
	async open(signal: AbortSignal): Promise<Duplex> {
		const way = await this.#memory.recall();
		if (way && isFresh(way)) {
			if (way.route === 'dial-stdio') return this.#throughStdio(signal);
			const stream = await this.#streamlocal(way.socket, signal);
			if (stream) return stream;
		}

		const {socket} = await this.#serve(signal);
		const stream = await this.#streamlocal(socket, signal);
		const route = stream ? 'streamlocal' : 'dial-stdio';
		void this.#memory.remember({socket, route, foundAt: new Date().toISOString()});
		return stream ?? this.#throughStdio(signal);
	}

	/**
	 * Asks the host where its daemon is, when the remembered way was taken without asking. Yields
	 * false when it is elsewhere now: what was opened leads to a daemon of another state folder. Starts none:
	 * a person may have stopped it meanwhile.
	 */
	async verify(signal: AbortSignal): Promise<boolean> {
		const way = await this.#memory.recall();
		if (this.#isStarted || way?.route !== 'streamlocal') return true;
		const line = remoteCommand(this.#command.program, 'host', 'status', '--json');
		const {stdout} = await this.#run(line, signal);
		const {socket} = parseServing(stdout) ?? way;
		if (socket === way.socket) return true;
		void this.#memory.remember({...way, socket, foundAt: new Date().toISOString()});
		return false;
	}

	/** Null when the host opens no socket there for us. */
	async #streamlocal(socket: string, signal: AbortSignal): Promise<Duplex | null> {
		try {
			return await this.#connection.streamlocal(socket, signal);
		} catch (error) {
			if (error instanceof StreamlocalRefused) return null;
			throw error;
		}
	}

	/** The program at the other end starts the daemon itself when none runs. */
	async #throughStdio(signal: AbortSignal): Promise<Duplex> {
		const line = remoteCommand(this.#command.program, 'host', 'dial-stdio');
		return new StdioSocket(await this.#connection.exec(line, signal), this.#command);
	}

	/** Sees to it that the daemon runs; those who ask meanwhile share the answer. */
	async #serve(signal: AbortSignal): Promise<Serving> {
		const starting = (this.#starting ??= this.#start().finally(() => {
			this.#starting = undefined;
		}));
		return untilAborted(starting, signal);
	}

	async #start(): Promise<Serving> {
		const line = remoteCommand(this.#command.program, 'host', 'serve', '--detach', '--json');
		const outcome = await this.#run(line);
		const serving = outcome.code === 0 ? parseServing(outcome.stdout) : null;
		if (!serving) throw commandFailure(this.#command, outcome);
		this.#checkProtocol(serving);
		this.#isStarted = true;
		return serving;
	}

	async #run(line: string, signal?: AbortSignal): Promise<Outcome> {
		const deadline = new AbortController();
		const timer = setTimeout(() => deadline.abort(this.#tooLate()), startTimeoutMs);
		try {
			const ending = signal ? AbortSignal.any([signal, deadline.signal]) : deadline.signal;
			return await runCommand(this.#connection, line, ending);
		} finally {
			clearTimeout(timer);
		}
	}

	#checkProtocol({protocol: theirs, version}: Serving): void {
		const major = Number(theirs?.split('.')[0] ?? protocol.major);
		if (major === protocol.major) return;
		const {remote} = this.#command;
		throw new FleetError(
			'protocol-mismatch',
			`fleet-console ${version ?? ''} on ${remote} speaks protocol ${theirs}, this one ${protocol.major}.${protocol.minor}`,
			{
				hint:
					major < protocol.major
						? `Bring the host up to date: console --remote ${remote} install --upgrade`
						: 'Bring this side up to date.',
			},
		);
	}

	#tooLate(): FleetError {
		const {remote, program} = this.#command;
		return new FleetError(
			'connection-timed-out',
			`${program} on ${remote} did not start within ${startTimeoutMs / 1000} s`,
			{hint: 'A start file of the login shell there may be waiting for input.'},
		);
	}
}

const isFresh = ({foundAt}: Way): boolean => {
	const age = Date.now() - Date.parse(foundAt);
	return age >= 0 && age < freshMs;
};
