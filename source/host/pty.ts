import {createRequire} from 'node:module';
import type {SocketConstructorOpts} from 'node:net';
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
	/** Called before each write: an echo will follow. */
	onWrite?: () => void;
};

const readableHighWaterMark = 64 * 1024;

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
 * A program on a pseudo-terminal, as bytes both ways with backpressure. node-pty's own class decodes, and joins its parts with
 * events; here Node's terminal stream is the stream itself, which halves what a key costs. Closes when the
 * program has ended.
 */
export class Pty extends ReadStream {
	readonly pid: number;
	readonly #addon: PtyAddon;
	readonly #fd: number;
	readonly #program: {ended: boolean};
	readonly #onWrite: (() => void) | undefined;
	#size: {cols: number; rows: number};
	#shown: boolean;
	#held: (() => void) | null = null;

	constructor(
		argv: readonly string[],
		{env, cwd, cols, rows, holdUntilShown = false, onWrite}: PtyOptions,
	) {
		const addon = loadAddon();
		const [file = '', ...args] = argv;
		const words = Object.entries(env).map(([name, value]) => `${name}=${value}`);
		const program = {ended: false};
		const {fd, pid} = addon.fork(file, args, words, cwd, cols, rows, -1, -1, false, '', () => {
			program.ended = true;
		});
		// Its default of nothing would have it stop and start at each read.
		super(fd, {readableHighWaterMark} as SocketConstructorOpts);
		this.pid = pid;
		this.#addon = addon;
		this.#fd = fd;
		this.#program = program;
		this.#size = {cols, rows};
		this.#shown = !holdUntilShown;
		this.#onWrite = onWrite;
	}

	/** Of the size that it has already, the program is told all the same: it draws everything again. */
	resize(cols: number, rows: number): void {
		if (this.destroyed) return;
		const isNew = cols !== this.#size.cols || rows !== this.#size.rows;
		this.#size = {cols, rows};
		if (isNew) this.#addon.resize(this.#fd, cols, rows);
		else if (!this.#program.ended) sendSignal(this.pid, 'SIGWINCH');
	}

	override push(chunk: Buffer | null, encoding?: BufferEncoding): boolean {
		if (!this.#shown) this.#show();
		return super.push(chunk, encoding);
	}

	override _write(
		chunk: Buffer,
		encoding: BufferEncoding,
		done: (error?: Error | null) => void,
	): void {
		this.#onWrite?.();
		if (this.#shown) super._write(chunk, encoding, done);
		else this.#held = () => super._write(chunk, encoding, done);
	}

	override _destroy(error: Error | null, done: (error: Error | null) => void): void {
		if (!this.#program.ended) sendSignal(this.pid, 'SIGHUP');
		// A terminal whose program has ended answers a read with EIO: that is its end of file.
		const ended = (error as NodeJS.ErrnoException | null)?.code === 'EIO';
		super._destroy(ended ? null : error, failure => done(failure ?? null));
	}

	#show(): void {
		this.#shown = true;
		this.#held?.();
		this.#held = null;
	}
}
