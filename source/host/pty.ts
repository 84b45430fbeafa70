import {createRequire} from 'node:module';
import {Duplex} from 'node:stream';
import {ReadStream} from 'node:tty';
import {FleetError} from '../errors.ts';
import {sendSignal} from './processes.ts';

/** The part of node-pty's addon that its own Unix class is made of; the version is pinned for it. */
type PtyAddon = {
	fork(
		file: string,
		args: string[],
		env: string[],
		cwd: string,
		cols: number,
		rows: number,
		uid: number,
		gid: number,
		utf8: boolean,
		helper: string,
		onExit: (code: number, signal: number) => void,
	): {fd: number; pid: number};
	resize(fd: number, cols: number, rows: number): void;
};

export type PtyOptions = {
	env: Readonly<Record<string, string>>;
	cwd: string;
	cols: number;
	rows: number;
	/**
	 * Holds back what is written until the program has shown something: until it has set its terminal up, the kernel would
	 * echo what is typed and cut long lines.
	 */
	holdUntilShown?: boolean;
};

/** The addon of this platform, from beside node-pty: in the bundle both are copied together. */
const loadAddon = (): PtyAddon => {
	const besidePty = createRequire(createRequire(import.meta.url).resolve('@lydell/node-pty'));
	try {
		return besidePty(`@lydell/node-pty-${process.platform}-${process.arch}/pty.node`) as PtyAddon;
	} catch (error) {
		throw new FleetError('not-supported', 'the terminal addon for this platform is missing', {
			hint: 'reinstall fleet-console with its optional dependencies',
			cause: error,
		});
	}
};

/**
 * A program on a pseudo-terminal, as bytes. node-pty's own class decodes, has no backpressure for what is
 * written, and answers a full terminal by losing it; this joins its addon to Node's terminal
 * stream, which writes at once where it can and waits where it cannot. Ends when the program does.
 */
export class Pty extends Duplex {
	readonly pid: number;
	readonly #addon: PtyAddon;
	readonly #fd: number;
	readonly #terminal: ReadStream;
	#exited = false;
	#shown: boolean;
	#held: (() => void) | null = null;

	constructor(argv: readonly string[], {env, cwd, cols, rows, holdUntilShown = false}: PtyOptions) {
		super({allowHalfOpen: false});
		this.#shown = !holdUntilShown;
		this.#addon = loadAddon();
		const [file = '', ...args] = argv;
		const words = Object.entries(env).map(([name, value]) => `${name}=${value}`);
		const forked = this.#addon.fork(file, args, words, cwd, cols, rows, -1, -1, false, '', () => {
			this.#exited = true;
		});
		this.pid = forked.pid;
		this.#fd = forked.fd;
		this.#terminal = new ReadStream(forked.fd);
		this.#terminal.on('data', (chunk: Buffer) => {
			if (!this.push(chunk)) this.#terminal.pause();
			if (!this.#shown) this.#show();
		});
		// A terminal whose program has ended answers a read with EIO: that is its end of file.
		this.#terminal.on('error', () => this.#terminal.destroy());
		this.#terminal.on('close', () => this.push(null));
	}

	resize(cols: number, rows: number): void {
		if (!this.#terminal.destroyed) this.#addon.resize(this.#fd, cols, rows);
	}

	override _read(): void {
		this.#terminal.resume();
	}

	override _write(chunk: Buffer, _: BufferEncoding, done: (error?: Error | null) => void): void {
		const write = () => void this.#terminal.write(chunk, error => done(error));
		if (this.#shown) write();
		else this.#held = write;
	}

	override _destroy(error: Error | null, done: (error: Error | null) => void): void {
		this.#terminal.destroy();
		if (!this.#exited) sendSignal(this.pid, 'SIGHUP');
		done(error);
	}

	#show(): void {
		this.#shown = true;
		this.#held?.();
		this.#held = null;
	}
}
