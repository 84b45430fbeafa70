import {spawn} from 'node:child_process';
import {once} from 'node:events';
import type {Readable, Writable} from 'node:stream';
import {watchSilence} from '../../client/watch-silence.ts';
import {FleetError} from '../../errors.ts';
import {plainText} from '../../protocol/text.ts';
import type {Transport} from '../../transport/transport.ts';
import {untilAborted} from '../../transport/until-aborted.ts';
import type {Endpoint} from '../endpoint/endpoint.ts';
import type {MoveJob, Mover} from '../engine/mover.ts';
import type {BytePath} from '../path.ts';
import type {Side} from '../plan/operation.ts';
import {syncTrace} from '../trace.ts';
import {serveRemoteShell} from './remote-shell.ts';

const complaintMs = 200;
const rsyncTimeoutSeconds = 60;
/** rsync's own limit does not help where it stands still itself. */
const longestSilenceMs = (rsyncTimeoutSeconds + 15) * 1000;

export type RsyncMoverOptions = {
	transport: Transport;
	endpoints: Record<Side, Endpoint>;
	/** The script that rsync starts in place of ssh. */
	shell: string;
	dereferenceSymlinks: boolean;
	/** An rsync through which nothing passed for so long is given up. */
	silenceMs?: number;
	/** Takes the job where rsync cannot: what it left undone stays for this. */
	otherwise: Mover;
	onTrouble: (message: string) => void;
};

/**
 * Carries files by rsync over the link that is there, into the stage, with deltas against the
 * live file of the other side. Nothing is believed of what it brings, so nothing of it needs to be
 * right: what arrived torn or not at all is seen by its hash.
 */
export const rsyncMover =
	(options: RsyncMoverOptions): Mover =>
	async job => {
		const {endpoints, otherwise, onTrouble} = options;
		const [here, there] = await Promise.all([
			endpoints.local.stageFolder(job.txn),
			endpoints.remote.stageFolder(job.txn),
		]);
		const roots = {local: rootOf(here), remote: rootOf(there)};
		const up = job.to === 'remote';
		const [source, target] = up
			? [roots.local, asText(there.absolute)]
			: [roots.remote, asText(here.absolute)];
		if (source === undefined || target === undefined) return otherwise(job);
		const failed = new Map<BytePath, FleetError>();
		try {
			await run(
				options,
				job,
				up ? [`${source}/`, `host:${target}/`] : [`host:${source}/`, `${target}/`],
			);
		} catch (error) {
			job.signal.throwIfAborted();
			// Nothing else gets through either.
			if (error instanceof FleetError && error.code === 'connection-lost') throw error;
			onTrouble(`rsync: ${(error as Error).message}`);
			return otherwise(job);
		}

		// Of what it left out the hash tells.
		return failed;
	};

/** An argument is text: a folder whose name is none goes without rsync. */
const asText = (path: BytePath): string | undefined => {
	const named = Buffer.from(path, 'latin1');
	const decoded = named.toString('utf8');
	return Buffer.from(decoded, 'utf8').equals(named) ? decoded : undefined;
};

const rootOf = ({absolute, relative}: {absolute: BytePath; relative: BytePath}) =>
	asText(absolute.slice(0, -relative.length - 1));

async function run(
	{transport, shell, dereferenceSymlinks, silenceMs = longestSilenceMs}: RsyncMoverOptions,
	{puts, signal, onBytes}: MoveJob,
	paths: [from: string, to: string],
): Promise<void> {
	const ending = new AbortController();
	const silence = watchSilence(silenceMs);
	const both = AbortSignal.any([signal, ending.signal, silence.signal]);
	const child = spawn(
		'rsync',
		[
			...(dereferenceSymlinks ? ['-L'] : ['-l']),
			// -I: a file of the same size and time may still be another one. -s: names are no shell's.
			...['-t', '-I', '-s', '--force', '--from0', '--files-from=-'],
			// From the stage to the root: what is there already need not travel.
			...['--partial-dir=.part', '--copy-dest=../../..', `--timeout=${rsyncTimeoutSeconds}`],
			// Else what it starts writes to a pipe that refuses when it is full, and `cat` gives up.
			'--blocking-io',
			...['--info=progress2', '--outbuf=N', '-e', `'${shell}'`],
			...paths,
		],
		{stdio: ['pipe', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe'], signal: both},
	);
	syncTrace.say(`rsync ${child.pid}: ${paths.join(' ')}`);
	// Not by `close`: the script that it started holds the pipes open when rsync alone is killed.
	const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
	const pipes = child.stdio as unknown as [
		Writable,
		Readable,
		Readable,
		Readable,
		Writable,
		Readable,
		Writable,
	];
	for (const pipe of pipes) pipe.on('error', () => {});
	let said = '';
	pipes[2].setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
	const complaint = once(pipes[2], 'end').catch(() => {});
	followProgress(pipes[1], onBytes);
	pipes[0].end(Buffer.from(puts.map(({path}) => `${path}\0`).join(''), 'latin1'));
	const shellPipes = {argv: pipes[3], toRsync: pipes[4], fromRsync: pipes[5], code: pipes[6]};
	let broke: unknown;
	silence.start();
	const served = serveRemoteShell(transport, shellPipes, both, silence.heard).catch(
		(error: unknown) => {
			if (both.aborted) return;
			// rsync hears nothing of a link that broke, and would wait for its timeout.
			broke = error;
			ending.abort();
		},
	);
	try {
		const [code, signalled] = await exited.catch((error: unknown) => {
			if (silence.signal.aborted) broke = new FleetError('failed', silentText(silenceMs));
			throw broke ?? error;
		});
		syncTrace.say(`rsync ${child.pid} ended with ${signalled ?? code}`);
		// 23 and 24: some files could not be read, or are gone: their hash says so later.
		if (code === 0 || code === 23 || code === 24) return;
		ending.abort();
		await served;
		// A part of it that outlives the rest may keep its stderr open.
		await untilAborted(complaint, AbortSignal.timeout(complaintMs)).catch(() => {});
		const last = plainText(said.trim().split('\n').at(-1) ?? '', 300);
		const how = signalled ?? code;
		throw new FleetError('failed', `ended with ${how}${last === '' ? '' : `: ${last}`}`);
	} finally {
		ending.abort();
		silence.end();
		// One that stands still would not hear of it before it goes on.
		if (silence.signal.aborted) child.kill('SIGKILL');
		await served;
		for (const pipe of pipes) pipe.destroy();
	}
}

const silentText = (ms: number): string => `nothing came through it for ${ms / 1000} s`;

/** `  1,234,567  12% …`, over and over on one line. */
function followProgress(output: Readable, onBytes: (bytes: number) => void): void {
	let seen = 0;
	output.on('data', (chunk: Buffer) => {
		for (const [, digits] of chunk.toString('latin1').matchAll(/([\d,]+)\s+\d+%/g)) {
			const now = Number(digits!.replaceAll(',', ''));
			if (now > seen) onBytes(now - seen);
			seen = Math.max(seen, now);
		}
	});
}
