import type {ChildProcess} from 'node:child_process';
import {Duplex} from 'node:stream';

/** A child's stdin and stdout as one stream; destroying it ends the child. */
export const childStream = (child: ChildProcess): Duplex => {
	const {stdin, stdout} = child as ChildProcess & {
		stdin: NonNullable<ChildProcess['stdin']>;
		stdout: NonNullable<ChildProcess['stdout']>;
	};
	const stream = new Duplex({
		allowHalfOpen: true,
		read() {
			stdout.resume();
		},
		write(chunk: Buffer, _encoding, done) {
			stdin.write(chunk, error => done(error));
		},
		writev(chunks, done) {
			stdin.write(Buffer.concat(chunks.map(({chunk}) => chunk as Buffer)), error => done(error));
		},
		final(done) {
			stdin.end(() => done());
		},
		destroy(error, done) {
			stdin.destroy();
			stdout.destroy();
			if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
			done(error);
		},
	});
	stdout.pause();
	stdout
		.on('data', (data: Buffer) => {
			if (!stream.push(data)) stdout.pause();
		})
		.on('end', () => stream.push(null))
		.on('error', error => stream.destroy(error));
	// A child that left while we wrote: its exit, seen elsewhere, says why.
	stdin.on('error', () => {});
	child.on('error', error => stream.destroy(error));
	return stream;
};
