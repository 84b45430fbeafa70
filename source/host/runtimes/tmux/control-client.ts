import {spawn, type ChildProcessByStdio} from 'node:child_process';
import type {Readable, Writable} from 'node:stream';
import {FleetError} from '../../../errors.ts';
import {commandLine} from './command-line.ts';
import {ControlParser} from './control-parser.ts';

export type ControlHandlers = {
	output(pane: string, data: string): void;
	notification(name: string, rest: string): void;
	/** Once; after it every call rejects. `stuck`: tmux did not answer in time. */
	closed(reason: 'ended' | 'stuck'): void;
};

type Pending = {
	left: number;
	replies: string[][];
	resolve(replies: string[][]): void;
	reject(error: Error): void;
	timer: NodeJS.Timeout;
};

/**
 * While agents print, tmux is listened to this often: each of a hundred small outputs a second would otherwise wake the daemon,
 * and stand in the way of somebody's keys. After a silence the first one is heard at once.
 */
const gatherMs = 10;
/** More than this at once is no trickle, and may not wait. */
const tricklingBytes = 16 * 1024;

/** tmux's own lines are short; one beyond this is no tmux. */
const longestLine = 64 * 1024 * 1024;

/** The one control client: commands go in, replies and notifications come out, in order. */
export class ControlClient {
	readonly #child: ChildProcessByStdio<Writable, Readable, null>;
	readonly #handlers: ControlHandlers;
	readonly #parser = new ControlParser();
	readonly #pending: Pending[] = [];
	#rest = '';
	#closed = false;
	#gathering: NodeJS.Timeout | null = null;
	#ready: (() => void) | null = null;

	private constructor(argv: readonly string[], env: NodeJS.ProcessEnv, handlers: ControlHandlers) {
		this.#handlers = handlers;
		const [file = '', ...args] = argv;
		this.#child = spawn(file, args, {env, stdio: ['pipe', 'pipe', 'ignore']});
		this.#child.stdout.setEncoding('latin1');
		this.#child.stdout.on('data', (text: string) => {
			this.#read(text);
			if (text.length < tricklingBytes) this.gather();
		});
		this.#child.stdin.on('error', () => this.#end('ended'));
		this.#child.on('error', () => this.#end('ended'));
		this.#child.on('close', () => this.#end('ended'));
	}

	get closed(): boolean {
		return this.#closed;
	}

	/** Yields a client that tmux has attached, or rejects with `failed`. */
	static async connect(
		argv: readonly string[],
		env: NodeJS.ProcessEnv,
		handlers: ControlHandlers,
		timeoutMs = 10_000,
	): Promise<ControlClient> {
		const client = new ControlClient(argv, env, handlers);
		const {promise, resolve} = Promise.withResolvers<boolean>();
		const timer = setTimeout(() => resolve(false), timeoutMs);
		client.#ready = () => resolve(true);
		client.#child.on('close', () => resolve(false));
		client.#child.on('error', () => resolve(false));
		const ready = await promise;
		clearTimeout(timer);
		client.#ready = null;
		if (ready && !client.#closed) return client;
		client.#end('stuck');
		throw new FleetError('failed', 'tmux does not answer');
	}

	/**
	 * Runs commands as one sequence, which nothing comes between; yields each one's lines (latin1). Rejects
	 * with `failed` and tmux's own words at the first that fails; those after it did not run.
	 */
	run(commands: ReadonlyArray<readonly string[]>, timeoutMs = 10_000): Promise<string[][]> {
		if (this.#closed) return Promise.reject(new FleetError('failed', 'tmux is gone'));
		return new Promise((resolve, reject) => {
			const timer = setTimeout(() => this.#end('stuck'), timeoutMs);
			this.#pending.push({left: commands.length, replies: [], resolve, reject, timer});
			this.#listen();
			this.#child.stdin.write(commands.map(commandLine).join(' ; ') + '\n');
		});
	}

	/** Lets what tmux has to say wait a moment, unless it is an answer: a key's echo comes first. */
	gather(): void {
		if (this.#closed || this.#gathering !== null || this.#pending.length > 0) return;
		this.#handle?.readStop();
		this.#gathering = setTimeout(() => this.#listen(), gatherMs);
	}

	close(): void {
		this.#end('ended');
	}

	#listen(): void {
		if (this.#gathering === null) return;
		clearTimeout(this.#gathering);
		this.#gathering = null;
		if (!this.#closed) this.#handle?.readStart();
	}

	/** `pause()` would go on reading into the stream's buffer. */
	get #handle(): {readStop(): void; readStart(): void} | undefined {
		return (this.#child.stdout as unknown as {_handle?: {readStop(): void; readStart(): void}})
			._handle;
	}

	#read(text: string): void {
		let start = 0;
		for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
			this.#line(this.#rest + text.slice(start, end));
			this.#rest = '';
			start = end + 1;
			if (this.#closed) return;
		}

		this.#rest += text.slice(start);
		if (this.#rest.length > longestLine) this.#end('stuck');
	}

	#line(line: string): void {
		const message = this.#parser.line(line);
		if (message === null) return;
		if (message.kind === 'output') this.#handlers.output(message.pane, message.data);
		else if (message.kind === 'reply') this.#reply(message.ok, message.lines);
		else {
			if (message.name === 'session-changed') this.#ready?.();
			this.#handlers.notification(message.name, message.rest);
		}
	}

	#reply(ok: boolean, lines: string[]): void {
		const [pending] = this.#pending;
		if (pending === undefined) return;
		pending.replies.push(lines);
		pending.left--;
		if (ok && pending.left > 0) return;
		this.#pending.shift();
		clearTimeout(pending.timer);
		if (ok) pending.resolve(pending.replies);
		else pending.reject(new FleetError('failed', `tmux: ${lines.join(' ') || 'refused'}`));
	}

	#end(reason: 'ended' | 'stuck'): void {
		if (this.#closed) return;
		this.#closed = true;
		clearTimeout(this.#gathering ?? undefined);
		// A control client that is asked politely may wait for a server that does not answer.
		this.#child.kill('SIGKILL');
		this.#child.stdout.destroy();
		this.#child.stdin.destroy();
		for (const {reject, timer} of this.#pending.splice(0)) {
			clearTimeout(timer);
			reject(
				new FleetError('failed', reason === 'stuck' ? 'tmux does not answer' : 'tmux is gone'),
			);
		}

		this.#handlers.closed(reason);
	}
}
