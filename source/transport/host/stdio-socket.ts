import {FleetError} from '../../errors.ts';
import {SocketLike} from '../socket-like.ts';
import type {RemoteProcess} from '../transport.ts';
import {commandFailure, type HostCommand} from './command-failure.ts';

/** What a login shell may print before our program speaks. */
const mostNoise = 64 * 1024;
/** HTTP servers speak second, and every answer begins so. */
const beginning = 'HTTP/1.';

/** `host dial-stdio` as a stream to the daemon; noise of the shell's start files is dropped. */
export class StdioSocket extends SocketLike {
	readonly #process: RemoteProcess;
	#noise: Buffer | null = Buffer.alloc(0);
	#words = '';

	constructor(process: RemoteProcess, command: HostCommand) {
		super({allowHalfOpen: false});
		this.#process = process;
		const {stream, stderr, exited} = process;
		stderr.on('data', (data: Buffer) => {
			this.#words = (this.#words + data.toString()).slice(-4000);
		});
		stream
			.on('data', (data: Buffer) => {
				this.touch();
				const heard = this.#noise ? this.#skipNoise(data) : data;
				if (heard.length > 0 && !this.push(heard)) stream.pause();
			})
			.on('error', error => {
				// A program that did not say a word yet: its exit, which follows, tells more than its pipe.
				if (!this.#noise || error instanceof FleetError) this.destroy(error);
			})
			.on('end', () => {
				// Without a word of HTTP its exit status says more than the end does.
				if (!this.#noise) this.push(null);
			})
			.on('close', () => {
				if (!this.#noise && !this.destroyed) this.once('end', () => this.destroy());
			});
		exited.then(
			outcome => {
				if (!this.#noise || this.destroyed) return;
				const stdout = this.#noise.toString('utf8');
				this.destroy(
					outcome.code === 0
						? new FleetError('connection-lost', 'the daemon closed the connection')
						: commandFailure(command, {...outcome, stdout, stderr: this.#words}),
				);
			},
			(error: Error) => this.destroy(error),
		);
	}

	override _read(): void {
		this.#process.stream.resume();
	}

	override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
		this.touch();
		this.#process.stream.write(chunk, error => done(this.#noise ? null : error));
	}

	override _final(done: (error?: Error | null) => void): void {
		this.#process.stream.end(() => done());
	}

	override _destroy(error: Error | null, done: (error: Error | null) => void): void {
		this.endIdle();
		this.#process.stream.destroy();
		done(error);
	}

	#skipNoise(data: Buffer): Buffer {
		const all = Buffer.concat([this.#noise!, data]);
		const at = all.indexOf(beginning);
		if (at !== -1) {
			this.#noise = null;
			return all.subarray(at);
		}

		this.#noise = all;
		if (all.length > mostNoise) {
			this.destroy(
				new FleetError('bad-response', 'the login shell of the host prints without end', {
					hint: 'Its start files must print nothing when nobody is at a terminal.',
				}),
			);
		}

		return Buffer.alloc(0);
	}
}
