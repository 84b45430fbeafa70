import {setTimeout as delay} from 'node:timers/promises';
import {FleetError} from '../../../errors.ts';
import {processStat, sendSignal} from '../../processes.ts';
import {ControlClient, type ControlHandlers} from './control-client.ts';
import type {TmuxServer} from './tmux-server.ts';

/** Panes whose program has ended; tmux looks once a second and speaks only when it changed. */
const deadPanes = '#{W:#{P:#{?pane_dead,#{pane_id} ,}}}';

/** A server that answers nobody for so long is taken for wedged, and ended. */
const patienceMs = 45_000;
/** Whoever asks in the meantime is not kept that long. */
const callerPatienceMs = 10_000;

export type TmuxLinkHandlers = Pick<ControlHandlers, 'output' | 'notification'> & {
	/** A control client stands: at the start, and after each loss. What was true before may not be. */
	connected(run: ControlClient['run']): Promise<void>;
	/** The server is gone, and every terminal with it. */
	lost(): void;
};

/** Keeps one control client to one server: made again when it ends, and with a new server when there is none. */
export class TmuxLink {
	readonly #server: TmuxServer;
	readonly #handlers: TmuxLinkHandlers;
	readonly #log: (line: string) => void;
	#control: ControlClient | null = null;
	#connecting: Promise<ControlClient> | null = null;
	#recovering: Promise<void> | null = null;
	readonly #closing = new AbortController();
	/** The server's pid, while there is one. */
	pid: number | null = null;

	constructor(server: TmuxServer, handlers: TmuxLinkHandlers, log: (line: string) => void) {
		this.#server = server;
		this.#handlers = handlers;
		this.#log = log;
	}

	/** Runs commands over the control client; starts a server where there is none. Rejects with `failed`. */
	async run(commands: ReadonlyArray<readonly string[]>, timeoutMs?: number): Promise<string[][]> {
		return (await this.client()).run(commands, timeoutMs);
	}

	/** The control client that stands, or a new one. */
	async client(): Promise<ControlClient> {
		if (this.#closing.signal.aborted) throw new FleetError('failed', 'the runtime is closed');
		if (this.#recovering !== null) await this.#patiently(this.#recovering);
		if (this.#control !== null) return this.#control;
		this.#connecting ??= this.#connectSurely().finally(() => (this.#connecting = null));
		return this.#connecting;
	}

	/** See `ControlClient.gather`. */
	gather(): void {
		this.#control?.gather();
	}

	close(): void {
		this.#closing.abort();
		this.#control?.close();
		this.#control = null;
	}

	async #patiently(recovering: Promise<void>): Promise<void> {
		const waiting = new AbortController();
		const {signal} = waiting;
		const late = delay(callerPatienceMs, undefined, {signal}).then(() => {
			throw new FleetError('failed', 'tmux does not answer', {hint: 'try again in a minute'});
		});
		try {
			await Promise.race([recovering, late]);
		} finally {
			waiting.abort();
			late.catch(() => {});
		}
	}

	/** Another try where a client ended as it came: who sweeps up behind a dead daemon may have taken it for a left one. */
	async #connectSurely(): Promise<ControlClient> {
		try {
			return await this.#connect();
		} catch (error) {
			if (this.#closing.signal.aborted) throw error;
			this.#log(`${String(error)}; once more`);
			return this.#connect();
		}
	}

	async #connect(): Promise<ControlClient> {
		this.pid = await this.#server.ensure();
		const {output, notification} = this.#handlers;
		// Its end may come before it is there: then its calls reject.
		let standing: ControlClient | null = null;
		const control = await ControlClient.connect(
			await this.#server.controlCommand(),
			this.#server.env,
			{output, notification, closed: reason => this.#ended(standing, reason)},
		);
		standing = control;
		await control.run([['refresh-client', '-B', `dead::${deadPanes}`]]);
		await this.#handlers.connected(control.run.bind(control));
		if (control.closed || this.#closing.signal.aborted) {
			control.close();
			throw new FleetError('failed', 'tmux is gone');
		}

		this.#control = control;
		return control;
	}

	#ended(control: ControlClient | null, reason: 'ended' | 'stuck'): void {
		if (control === null || control !== this.#control) return;
		this.#control = null;
		if (this.#closing.signal.aborted) return;
		this.#log(reason === 'stuck' ? 'tmux does not answer' : 'the tmux control client ended');
		this.#recovering ??= this.#recover()
			.catch((error: unknown) => this.#log(String(error)))
			.finally(() => (this.#recovering = null));
	}

	async #recover(): Promise<void> {
		const until = performance.now() + patienceMs;
		const {signal} = this.#closing;
		while (!signal.aborted) {
			try {
				const found = await this.#server.find();
				if (found === null) break;
				// Another server has other terminals, under the same numbers.
				if (found !== this.pid) this.#handlers.lost();
				await this.#connect();
				return;
			} catch (error) {
				this.#log(String(error));
				if (this.pid !== null && processStat(this.pid)?.state === 'T')
					sendSignal(this.pid, 'SIGCONT');
				if (performance.now() > until) {
					await this.#server.end();
					break;
				}
			}

			await delay(500, undefined, {signal}).catch(() => {});
		}

		if (signal.aborted) return;
		this.pid = null;
		this.#handlers.lost();
	}
}
