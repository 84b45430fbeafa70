import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {FleetError} from '../../errors.ts';

export type GitOutput = {code: number; stdout: string; stderr: string; isCut: boolean};

export type GitOptions = {
	cwd: string;
	env?: Record<string, string>;
	signal: AbortSignal;
	/** More is cut off, and git ended. */
	maxBytes?: number;
};

/** Runs git to its end; rejects with `failed` where there is none, and when the signal aborts. */
export const git = async (
	args: readonly string[],
	{cwd, env = {}, signal, maxBytes = 1024 * 1024}: GitOptions,
): Promise<GitOutput> => {
	const child = spawn('git', ['--no-pager', ...args], {
		cwd,
		stdio: ['ignore', 'pipe', 'pipe'],
		signal,
		// Looking must neither lock the index that an agent works with, nor ask anybody anything.
		env: {...process.env, GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', ...env},
	});
	const chunks: Buffer[] = [];
	let size = 0;
	let stderr = '';
	child.stdout.on('data', (chunk: Buffer) => {
		if (size >= maxBytes) return;
		chunks.push(chunk.subarray(0, maxBytes - size));
		size += chunk.length;
		if (size >= maxBytes) child.kill();
	});
	child.stderr.on('data', (chunk: Buffer) => {
		if (stderr.length < 4096) stderr += chunk.toString();
	});
	try {
		const [code] = (await once(child, 'close')) as [number | null];
		const isCut = size >= maxBytes;
		return {code: isCut ? 0 : (code ?? 1), stdout: Buffer.concat(chunks).toString(), stderr, isCut};
	} catch (error) {
		const {code} = error as NodeJS.ErrnoException;
		throw new FleetError(
			'failed',
			code === 'ENOENT' ? 'git is not installed on the host' : String(error),
			{
				cause: error,
			},
		);
	}
};
