import {execFile} from 'node:child_process';
import {FleetError} from '../../errors.ts';
import {plainText} from '../../protocol/text.ts';
import type {CredentialSource} from '../source.ts';

/** Long enough for a person to touch a key or unlock a vault. */
const deadlineMs = 60_000;
const maxBytes = 128 * 1024;

/** What a program prints: an argv, no shell, with a deadline. Its stderr is shown only when it failed. */
export const command: CredentialSource<{argv: string[]}> = ({argv}, {env, signal}) =>
	new Promise((resolve, reject) => {
		const [file = '', ...args] = argv;
		const child = execFile(
			file,
			args,
			{env, signal, timeout: deadlineMs, killSignal: 'SIGKILL', maxBuffer: maxBytes},
			(error, stdout, stderr) => {
				if (error === null) resolve(stdout);
				else reject(explain(file, error, signal, stderr));
			},
		);
		// A program that asks on its stdin would wait for ever behind the console's screen.
		child.stdin?.end();
	});

const explain = (
	file: string,
	error: Error & {code?: number | string | null; killed?: boolean},
	signal: AbortSignal,
	stderr: string,
): FleetError => {
	if (signal.aborted) return new FleetError('interrupted', 'interrupted');
	if (error.code === 'ENOENT') return new FleetError('failed', `${file} was not found`);
	if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') {
		return new FleetError('failed', `${file} printed more than 128 KiB`);
	}

	if (error.killed) {
		return new FleetError('failed', `${file} did not answer within ${deadlineMs / 1000} s`);
	}

	const why = plainText(stderr.trim().split('\n').at(-1) ?? '', 200);
	const how = typeof error.code === 'number' ? `exited with ${error.code}` : 'failed';
	return new FleetError('failed', `${file} ${how}${why === '' ? '' : `: ${why}`}`);
};
