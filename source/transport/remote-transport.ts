import type {Duplex} from 'node:stream';
import {FleetError, toFleetError, type ErrorCode} from '../errors.ts';
import type {Connection} from './connection.ts';
import type {HostCommand} from './host/command-failure.ts';
import {HostDoor} from './host/host-door.ts';
import type {RemoteMemory} from './host/memory.ts';
import {SharedConnection} from './shared-connection.ts';
import {linkTrace} from './trace.ts';
import type {Lane, LinkFacts, RemoteProcess, Transport} from './transport.ts';

export type RemoteTransportOptions = {
	command: HostCommand;
	memory: RemoteMemory;
	/** Logs in; `pinned` when another lane is open beside it. */
	connect: (lane: Lane, signal: AbortSignal, pinned: boolean) => Promise<Connection>;
	describe: () => string;
	/** Ends what outlives the connections. */
	onClose: () => void;
};

/** The host took no connection, though another one lives: it may limit how many there are. */
const unreached: ReadonlySet<ErrorCode> = new Set([
	'connection-refused',
	'connection-timed-out',
	'connection-lost',
	'host-unreachable',
]);
const mostBulkFailures = 2;
const bulkRestMs = 60_000;
/** Who stays longer than one request asks once where the daemon is, though it answered. */
const verifyAfterMs = 1000;

/** Any transport that logs in at a host: two lanes, and the way from each to the daemon. */
export class RemoteTransport implements Transport {
	readonly #options: RemoteTransportOptions;
	readonly #lanes: Record<Lane, SharedConnection>;
	readonly #doors = new WeakMap<Connection, HostDoor>();
	readonly #listeners = new Set<(error: Error) => void>();
	readonly #over = new AbortController();
	#verification: NodeJS.Timeout | undefined;
	#bulkRefused = false;
	/** Logins of the bulk lane on end that did not come about, though the other lane lives. */
	#bulkFailures = 0;
	#bulkRestsUntil = 0;

	constructor(options: RemoteTransportOptions) {
		this.#options = options;
		const lane = (name: Lane, onLost: (error: FleetError) => void) =>
			new SharedConnection(
				signal =>
					linkTrace.around(`login for ${name}`, () =>
						options.connect(
							name,
							signal,
							name === 'bulk' && this.#lanes.interactive.live !== undefined,
						),
					),
				error => {
					linkTrace.say(`${name} is gone: ${error.message}`);
					onLost(error);
				},
			);
		this.#lanes = {
			interactive: lane('interactive', error => this.#lost(error)),
			// Its streams end with the error; the link as a whole is the interactive lane's.
			bulk: lane('bulk', () => {}),
		};
	}

	get description(): string {
		return this.#options.describe();
	}

	async dial(signal: AbortSignal, lane: Lane = 'interactive'): Promise<Duplex> {
		const connection = await this.#connection(signal, lane);
		const door = this.#door(connection);
		const stream = await door.open(signal);
		this.#verification ??= setTimeout(() => void this.#verify(door), verifyAfterMs).unref();
		return stream;
	}

	async exec(
		command: string,
		signal: AbortSignal,
		lane: Lane = 'interactive',
	): Promise<RemoteProcess> {
		return (await this.#connection(signal, lane)).exec(command, signal);
	}

	async forward(port: number, signal: AbortSignal): Promise<Duplex> {
		return (await this.#connection(signal, 'interactive')).forward(port, signal);
	}

	async about(): Promise<LinkFacts | null> {
		const {live} = this.#lanes.interactive;
		if (live === undefined) return null;
		return {login: live.login, route: (await this.#options.memory.recall())?.route ?? null};
	}

	reset(): void {
		linkTrace.say('both lanes are dropped');
		this.#lanes.interactive.reset();
		this.#lanes.bulk.reset();
	}

	onLost(listener: (error: Error) => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	async close(): Promise<void> {
		this.#over.abort(new FleetError('connection-lost', 'the transport is closed'));
		clearTimeout(this.#verification);
		this.#listeners.clear();
		this.#lanes.interactive.close();
		this.#lanes.bulk.close();
		this.#options.onClose();
		await this.#options.memory.settled();
	}

	async #connection(signal: AbortSignal, lane: Lane): Promise<Connection> {
		// It follows the interactive lane, which is the one that may ask the person.
		const first = await this.#lanes.interactive.acquire(signal);
		if (lane === 'interactive' || this.#bulkRefused || Date.now() < this.#bulkRestsUntil) {
			return first;
		}

		try {
			const bulk = await this.#lanes.bulk.acquire(signal);
			this.#bulkFailures = 0;
			return bulk;
		} catch (error) {
			if (signal.aborted || !this.#mayShare(error, first)) throw error;
			return first;
		}
	}

	/** Whether a lane that cannot be made is better shared with the one that is there. */
	#mayShare(error: unknown, first: Connection): boolean {
		if (!(error instanceof FleetError)) return false;
		// A one-time password, say, opens one connection only.
		if (error.code === 'auth-failed') this.#bulkRefused = true;
		if (this.#bulkRefused) return true;
		if (!unreached.has(error.code) || this.#lanes.interactive.live !== first) return false;
		// Once it may have been the network's moment; a host that takes no second connection stays so a while.
		if (++this.#bulkFailures < mostBulkFailures) return false;
		this.#bulkRestsUntil = Date.now() + bulkRestMs;
		return true;
	}

	#door(connection: Connection): HostDoor {
		const known = this.#doors.get(connection);
		if (known) return known;
		const door = new HostDoor(connection, this.#options.command, this.#options.memory);
		this.#doors.set(connection, door);
		return door;
	}

	/** Once a run, beside everything else: is the daemon that answers the one of the host's state folder? */
	async #verify(door: HostDoor): Promise<void> {
		try {
			if (await door.verify(this.#over.signal)) return;
			this.reset();
			this.#lost(new FleetError('connection-lost', 'the daemon of this host is another one now'));
		} catch {
			// A link that died, or a host whose command is gone while its daemon runs: dial tells.
		}
	}

	#lost(error: FleetError): void {
		this.#lanes.bulk.reset();
		for (const listener of this.#listeners) listener(toFleetError(error));
	}
}
