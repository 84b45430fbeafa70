import type {Duplex} from 'node:stream';
import type {Client, ClientChannel} from 'ssh2';
import {FleetError} from '../../errors.ts';
import {plainText} from '../../protocol/text.ts';
import {StreamlocalRefused, type Connection, type LoginFacts} from '../connection.ts';
import type {SshHost} from '../ssh-config/parse.ts';
import type {RemoteProcess} from '../transport.ts';
import {ChannelSocket} from './channel-socket.ts';
import {lost, placeOf, timedOut} from './failures.ts';
import {linkTrace} from '../trace.ts';
import {silenceMs, watchLiveness} from './liveness.ts';

/** How long a polite goodbye may take before the socket is closed anyway. */
const goodbyeMs = 250;
/** A host that says yes or no to a channel does so within a round trip, and what lies in its queues. */
const answerMs = 20_000;

type Opened = (error: Error | undefined, channel: ClientChannel) => void;

/** One login through ssh2, and every stream over it. */
export class SshConnection implements Connection {
	readonly login: LoginFacts;
	readonly closed: Promise<FleetError>;
	readonly #host: SshHost;
	readonly #client: Client;
	readonly #stream: Duplex;
	/** The hosts on the way, nearest first; they live as long as this. */
	readonly #passed: readonly Client[];
	readonly #open = new Set<Duplex>();
	/** Those who wait for a channel, or for the end of a program. */
	readonly #waiting = new Set<(error: FleetError) => void>();
	readonly #stopWatching: () => void;
	#end!: (error: FleetError) => void;
	#ended: FleetError | undefined;

	constructor(
		host: SshHost,
		client: Client,
		login: LoginFacts,
		stream: Duplex,
		passed: readonly Client[],
	) {
		this.login = login;
		this.#host = host;
		this.#client = client;
		this.#stream = stream;
		this.#passed = passed;
		this.closed = new Promise(resolve => {
			this.#end = resolve;
		});
		this.#stopWatching = watchLiveness(stream, () =>
			this.#fail(lost(host, `nothing was heard for ${silenceMs / 1000} s`)),
		);
		client
			.on('error', (error: Error & {level?: string}) => {
				if (error.level !== 'agent') this.#fail(lost(host, plainText(error.message, 200), error));
			})
			.on('end', () => this.#fail(lost(host, 'it closed the connection')))
			.on('close', () => this.#fail(lost(host, 'it closed the connection')));
		setImmediate(() => this.#unleash());
	}

	async streamlocal(path: string, signal: AbortSignal): Promise<Duplex> {
		const channel = await this.#channel(signal, opened => {
			this.#client.openssh_forwardOutStreamLocal(path, opened);
		}).catch((error: unknown) => {
			throw isRefusal(error) ? new StreamlocalRefused(error.message, {cause: error}) : error;
		});
		return this.#socket(channel);
	}

	async exec(command: string, signal: AbortSignal): Promise<RemoteProcess> {
		const channel = await this.#channel(signal, opened => {
			this.#client.exec(command, opened);
		}).catch((error: unknown) => {
			throw isRefusal(error) ? noSession(this.#host, error) : error;
		});
		const exited = new Promise<{code: number | null; signal: string | null}>((resolve, reject) => {
			// Not by `exit`: of a short program it comes in the packet that opened the channel, before
			// anyone listens. ssh2 tells the status again at the end.
			this.#waiting.add(reject);
			channel.on('close', (code?: number | null, name?: string) => {
				this.#waiting.delete(reject);
				if (typeof code === 'number' || name) resolve({code: code ?? null, signal: name ?? null});
				else reject(this.#ended ?? lost(this.#host, 'a program ended without a status'));
			});
		});
		// Who only reads the output need not wait for the exit.
		exited.catch(() => {});
		const stream = this.#socket(channel, {allowHalfOpen: true});
		stream.once('close', () => channel.stderr.resume());
		return {stream, stderr: channel.stderr, exited};
	}

	async forward(port: number, signal: AbortSignal): Promise<Duplex> {
		const channel = await this.#channel(signal, opened => {
			this.#client.forwardOut('127.0.0.1', 0, '127.0.0.1', port, opened);
		}).catch((error: unknown) => {
			if (!isRefusal(error)) throw error;
			throw new FleetError('failed', `nothing can be reached on port ${port} of the host`, {
				hint: 'Does something listen there, and does its sshd allow TCP forwarding?',
				cause: error,
			});
		});
		return this.#socket(channel);
	}

	close(): void {
		this.#fail(
			new FleetError('connection-lost', `the connection to ${placeOf(this.#host)} was closed`),
		);
	}

	/** sshd switches Nagle's algorithm off, and asks for low delay, only for a connection with a session. */
	#unleash(): void {
		if (this.#ended) return;
		try {
			this.#client.exec('true', {pty: true}, (error, channel) => {
				if (error) return;
				channel.on('error', () => {});
				channel.resume();
				channel.stderr.resume();
			});
		} catch {
			// It went away just now; its end is reported elsewhere.
		}
	}

	/** Opens a channel, or rejects when nothing answers; whoever gave up waiting leaves none behind. */
	async #channel(signal: AbortSignal, open: (opened: Opened) => void): Promise<ClientChannel> {
		if (this.#ended) throw this.#ended;
		signal.throwIfAborted();
		let giveUp!: (error: unknown) => void;
		const onAbort = () => giveUp(signal.reason);
		const overdue = setTimeout(() => giveUp(timedOut(this.#host, answerMs)), answerMs);
		let isAwaited = true;
		try {
			return await linkTrace.around(
				'channel',
				() =>
					new Promise<ClientChannel>((resolve, reject) => {
						giveUp = reject;
						signal.addEventListener('abort', onAbort, {once: true});
						this.#waiting.add(reject);
						open((error, channel) => {
							if (error) return reject(error);
							if (isAwaited) return resolve(channel);
							channel.on('error', () => {}).resume();
							channel.destroy();
						});
					}),
			);
		} catch (error) {
			// ssh2 throws at once when its socket is gone, before it says so by an event.
			if (error instanceof Error && error.message === 'Not connected') {
				throw lost(this.#host, 'it closed the connection', error);
			}

			throw this.#ended ?? error;
		} finally {
			isAwaited = false;
			clearTimeout(overdue);
			this.#waiting.delete(giveUp);
			signal.removeEventListener('abort', onAbort);
		}
	}

	#socket(channel: ClientChannel, options: {allowHalfOpen?: boolean} = {}): ChannelSocket {
		const socket = new ChannelSocket(channel, options);
		this.#open.add(socket);
		// Nobody may be listening at the moment the link dies.
		socket.on('error', () => {});
		socket.once('close', () => this.#open.delete(socket));
		return socket;
	}

	#fail(error: FleetError): void {
		if (this.#ended) return;
		this.#ended = error;
		this.#stopWatching();
		for (const socket of this.#open) socket.destroy(error);
		for (const reject of this.#waiting) reject(error);
		this.#end(error);
		for (const client of [this.#client, ...this.#passed.toReversed()]) client.end();
		const timer = setTimeout(() => this.#stream.destroy(), goodbyeMs);
		if (this.#stream.closed) clearTimeout(timer);
		else this.#stream.once('close', () => clearTimeout(timer));
	}
}

/** The host answered, and said no. */
const isRefusal = (error: unknown): error is Error =>
	error instanceof Error &&
	(typeof (error as {reason?: unknown}).reason === 'number' || /^Unable to/.test(error.message));

const noSession = (host: SshHost, cause: Error): FleetError =>
	new FleetError(
		'not-supported',
		`${placeOf(host)} runs no program for us: ${plainText(cause.message, 200)}`,
		{
			hint: 'Its sshd may allow no more sessions on one connection (MaxSessions), or none at all.',
			cause,
		},
	);
