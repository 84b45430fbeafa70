import {randomBytes} from 'node:crypto';

/** What the launcher in the terminal starts. `env` is added to the terminal's own bare environment. */
export type LaunchCommand = {
	argv: readonly string[];
	env: Readonly<Record<string, string>>;
	cwd: string;
	/** Secrets that the launcher keeps for the agent to ask for, by the path of the pipe that yields each. */
	keys?: Readonly<Record<string, string>>;
};

/**
 * Launches that wait for their launcher, in memory only. A ticket is worth its command once; after
 * `ttlMs` it is worth nothing, and the secrets behind it are let go.
 */
export class Tickets {
	readonly #ttlMs: number;
	readonly #waiting = new Map<string, {command: LaunchCommand; timer: NodeJS.Timeout}>();
	#drained = Promise.withResolvers<void>();

	constructor({ttlMs = 60_000}: {ttlMs?: number} = {}) {
		this.#ttlMs = ttlMs;
	}

	/** Yields 256 random bits as hex digits: safe in an argv and in a URL's path. */
	issue(command: LaunchCommand): string {
		const ticket = randomBytes(32).toString('hex');
		const timer = setTimeout(() => this.#drop(ticket), this.#ttlMs);
		timer.unref();
		this.#waiting.set(ticket, {command, timer});
		return ticket;
	}

	/** The command behind a ticket, the first time; null when it is unknown, used or expired. */
	redeem(ticket: string): LaunchCommand | null {
		const waiting = this.#waiting.get(ticket);
		if (waiting === undefined) return null;
		this.#drop(ticket);
		return waiting.command;
	}

	/** Resolves when no launcher is on its way any more: one that found nobody to ask would end its agent. */
	async drained(): Promise<void> {
		if (this.#waiting.size > 0) await this.#drained.promise;
	}

	close(): void {
		for (const ticket of [...this.#waiting.keys()]) this.#drop(ticket);
	}

	#drop(ticket: string): void {
		clearTimeout(this.#waiting.get(ticket)?.timer);
		this.#waiting.delete(ticket);
		if (this.#waiting.size > 0) return;
		this.#drained.resolve();
		this.#drained = Promise.withResolvers();
	}
}
