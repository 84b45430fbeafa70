import type {ChildProcess} from 'node:child_process';
import type {Readable} from 'node:stream';

const mostBytes = 64 * 1024;

/** The first line that a child prints. Rejects when it ends without one, or the signal aborts. */
export const readLine = (
	child: ChildProcess,
	stdout: Readable,
	signal: AbortSignal,
): Promise<string> => {
	const {promise, resolve, reject} = Promise.withResolvers<string>();
	let text = '';
	stdout.setEncoding('utf8');
	stdout.on('data', (chunk: string) => {
		text += chunk;
		const end = text.indexOf('\n');
		if (end >= 0) resolve(text.slice(0, end));
		else if (text.length > mostBytes) reject(new Error('it prints without end'));
	});
	child.on('error', reject);
	child.on('close', (code, killedBy) => {
		reject(new Error(`it ended with ${killedBy ?? `code ${code}`}`));
	});
	const abort = () => reject(new Error('it took too long'));
	if (signal.aborted) abort();
	signal.addEventListener('abort', abort, {once: true});
	return promise.finally(() => signal.removeEventListener('abort', abort));
};
