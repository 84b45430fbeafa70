import {execFile} from 'node:child_process';
import {text} from 'node:stream/consumers';
import {promisify} from 'node:util';
import {plainText} from '../../protocol/text.ts';
import {untilAborted} from '../../transport/until-aborted.ts';
import type {Transport} from '../../transport/transport.ts';

const oldest = [3, 1, 0] as const;
const timeoutMs = 10_000;

/** What keeps rsync from being used, and what to do about it; undefined where nothing does. */
export const findRsyncTrouble = async (
	transport: Transport,
	signal: AbortSignal,
): Promise<string | undefined> => {
	if (transport.exec === undefined) return 'this transport runs no programs on the host';
	const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
	const [here, there] = await Promise.all([localVersion(limit), remoteVersion(transport, limit)]);
	return judge(here, 'this machine') ?? judge(there, 'the host');
};

/** Reads the first line of `rsync --version`. */
export const judge = (version: string | undefined, where: string): string | undefined => {
	if (version === undefined) {
		return `rsync is missing on ${where}: larger files travel whole; install it (apt, dnf or brew install rsync)`;
	}

	const match = /rsync\s+version\s+v?(\d+)\.(\d+)\.(\d+)/.exec(version);
	const isOld =
		match === null ||
		/openrsync/.test(version) ||
		[1, 2, 3]
			.map(index => Number(match[index]))
			.join('.')
			.localeCompare(oldest.join('.'), 'en', {numeric: true}) < 0;
	return isOld
		? `rsync on ${where} is ${plainText(version, 60)}: larger files travel whole; install rsync 3.1 or newer (\`brew install rsync\` on a Mac)`
		: undefined;
};

async function localVersion(signal: AbortSignal): Promise<string | undefined> {
	try {
		const {stdout} = await promisify(execFile)('rsync', ['--version'], {signal});
		return stdout.split('\n')[0];
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
		throw error;
	}
}

async function remoteVersion(
	transport: Transport,
	signal: AbortSignal,
): Promise<string | undefined> {
	const remote = await transport.exec!('rsync --version', signal, 'bulk');
	remote.stderr.resume();
	remote.stream.end();
	const output = await untilAborted(text(remote.stream), signal);
	const {code} = await untilAborted(remote.exited, signal);
	if (code === null) throw new Error('the host’s rsync was ended before it said its version');
	return code === 0 ? output.split('\n')[0] : undefined;
}
