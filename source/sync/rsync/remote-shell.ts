import {writeFileSync} from 'node:fs';
import path from 'node:path';
import type {Readable, Writable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import {makePrivateFolder} from '../../config/private-folder.ts';
import {FleetError} from '../../errors.ts';
import type {Transport} from '../../transport/transport.ts';
import {untilAborted} from '../../transport/until-aborted.ts';
import {syncTrace} from '../trace.ts';

/**
 * What rsync starts in place of ssh: it hands its arguments to the console over descriptor 3,
 * and its bytes both ways over 4 and 5; 6 tells how it ended. The count goes first because rsync
 * keeps the descriptors open, and so no end of them ever comes; descriptor 7 because a command in the
 * background would read /dev/null.
 */
const script = `#!/bin/sh
exec 7<&0
printf '%s\\0' "$#" "$@" >&3
cat <&7 >&5 &
cat <&4
read -r code <&6
exit "\${code:-255}"
`;

/** Writes the script where rsync's `-e` finds it, and yields its path. */
export const installRemoteShell = (stateFolder: string): string => {
	const folder = path.join(stateFolder, 'sync');
	makePrivateFolder(folder);
	const file = path.join(folder, 'rsync-shell');
	writeFileSync(file, script, {mode: 0o700});
	return file;
};

/** The four pipes of the script, seen from the console. */
export type ShellPipes = {argv: Readable; toRsync: Writable; fromRsync: Readable; code: Writable};

/** Runs what rsync asks for over the link that is there, until it ends; `heard` is called as bytes pass. */
export const serveRemoteShell = async (
	transport: Transport,
	{argv, toRsync, fromRsync, code}: ShellPipes,
	signal: AbortSignal,
	heard: () => void,
): Promise<void> => {
	const words = await readWords(argv, signal);
	// rsync puts the host, and `-l` and the user where it knows one, before the command.
	const command = words.slice(words.indexOf('rsync'));
	const line = command.map(quoted).join(' ');
	const remote = await syncTrace.around(line, () => transport.exec!(line, signal, 'bulk'));
	remote.stderr.resume();
	for (const stream of [fromRsync, remote.stream]) stream.on('data', heard);
	const up = pipeline(fromRsync, remote.stream, {end: false, signal}).catch(() => {});
	const down = pipeline(remote.stream, toRsync, {signal}).catch(() => {});
	try {
		// Where rsync is gone, what it started on the host may wait for it for ever.
		const exit = await untilAborted(remote.exited, signal);
		syncTrace.say(`it ended there with ${exit.code ?? exit.signal}`);
		await down;
		code.end(`${exit.code ?? 255}\n`);
	} finally {
		remote.stream.destroy();
		fromRsync.destroy();
		await up;
	}
};

const quoted = (word: string): string => `'${word.replaceAll("'", String.raw`'\''`)}'`;

async function readWords(source: Readable, signal: AbortSignal): Promise<string[]> {
	let text = '';
	const onAbort = () => source.destroy(signal.reason as Error);
	signal.addEventListener('abort', onAbort, {once: true});
	try {
		for await (const chunk of source as AsyncIterable<Buffer>) {
			text += chunk.toString('utf8');
			const words = text.split('\0');
			if (words.length > Number(words[0]) + 1) return words.slice(1, Number(words[0]) + 1);
		}
	} finally {
		signal.removeEventListener('abort', onAbort);
	}

	throw new FleetError('failed', 'rsync ended before it asked for the host');
}
