import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type {Figure} from './figure.ts';
import {median, percentile} from './figure.ts';
import {memory} from './processes.ts';
import type {Remote} from './remote.ts';
import {openTerminal, type Terminal} from './terminal.ts';

/** Types one key at a time and waits for its echo; milliseconds each. */
const keystrokes = async (terminal: Terminal, count: number): Promise<number[]> => {
	const alphabet = 'abcdefghijklmnopqrstuvwxyz';
	const samples: number[] = [];
	for (let index = 0; index < count + 20; index++) {
		const key = alphabet[index % alphabet.length]!;
		terminal.mark();
		const start = performance.now();
		terminal.write(key);
		// Not the letter that ends a control sequence.
		const end = await terminal.seen(new RegExp(`(?<!\\u001B\\[[\\d;?]*)${key}`), 20_000);
		// The first keys warm the path up.
		if (index >= 20) samples.push(end - start);
		await new Promise(resolve => setTimeout(resolve, 5));
	}

	return samples;
};

/** A plain tmux session on the host for the peer, running the same program as the agent. */
export const startPeerSession = async (remote: Remote, program: string): Promise<PeerSession> => {
	const folder = await mkdtemp(path.join(os.tmpdir(), 'fp-'));
	const socket = path.join(folder, 'tmux.sock');
	const config = path.join(folder, 'tmux.conf');
	await writeFile(config, 'set -g status off\nset -g escape-time 0\n');
	await remote.ssh(
		`tmux -S ${socket} -f ${config} new-session -d -s peer -x 120 -y 36 "${program}"`,
	);
	return {
		attach: [...ttyArgs(remote), `tmux -S ${socket} attach -t peer`],
		async [Symbol.asyncDispose]() {
			await remote.ssh(`tmux -S ${socket} kill-server`).catch(() => {});
			await rm(folder, {recursive: true, force: true});
		},
	};
};

const ttyArgs = (remote: Remote): string[] => ['-tt', ...remote.sshArgs];

type PeerSession = {attach: string[]; [Symbol.asyncDispose](): Promise<void>};

/** Three alternating rounds of one measurement, so that other load on the machine meets all sides. */
const bothSides = async <T>(
	remote: Remote,
	{agent, peer, hasPlain = false}: {agent: string; peer: PeerSession; hasPlain?: boolean},
	measure: (terminal: Terminal) => Promise<T[]>,
): Promise<Record<'ours' | 'peer' | 'plain', T[]>> => {
	const commands = {
		peer: {file: 'ssh', args: peer.attach},
		ours: remote.command('attach', agent),
		// As far as the host, for what the console shows at once.
		...(hasPlain ? {plain: remote.command(...remote.withoutLocalEcho, 'attach', agent)} : {}),
	};
	const rounds = {ours: [] as T[], peer: [] as T[], plain: [] as T[]};
	for (let round = 0; round < 3; round++) {
		for (const side of Object.keys(commands) as Array<keyof typeof commands>) {
			const {file, args} = commands[side]!;
			const terminal = openTerminal(file, args, {env: remote.env});
			try {
				await terminal.seen(/\u001B\[/);
				// What both draw at first is over by then.
				await new Promise(resolve => setTimeout(resolve, 1000));
				rounds[side].push(...(await measure(terminal)));
			} finally {
				await terminal.close();
			}
		}
	}

	return rounds;
};

/**
 * p50 and p99 of a keystroke's echo through `attach` and through `ssh -tt host tmux attach`; where the host is
 * far and letters are shown before its echo, also of that.
 */
export const measureEcho = async (
	remote: Remote,
	{
		label,
		count,
		ratio,
		floorMs,
		isFar,
	}: {label: string; count: number; ratio: number; floorMs: number; isFar: boolean},
): Promise<Figure[]> => {
	const program = 'stty raw -echo; exec cat';
	await remote.console('load', 'shell', '--name', 'echo', '--', 'sh', '-c', program);
	await using peer = await startPeerSession(remote, `sh -c '${program}'`);
	const rounds = await bothSides(remote, {agent: 'echo', peer, hasPlain: isFar}, terminal =>
		keystrokes(terminal, count),
	);
	await remote.console('stop', 'echo', '--grace', '0');
	await remote.console('remove', 'echo');
	const figure = (side: 'ours' | 'plain', p: number): Figure => {
		const theirs = percentile(rounds.peer, p);
		const what = side === 'plain' ? ' from the host' : '';
		return {
			name: `echo ${label}${what} p${p * 100}`,
			unit: 'ms',
			ours: percentile(rounds[side], p),
			peer: theirs,
			peerName: 'ssh -tt host tmux attach',
			limit: Math.max(theirs * ratio, floorMs),
		};
	};
	const sides = isFar ? (['ours', 'plain'] as const) : (['ours'] as const);
	return sides.flatMap(side => [figure(side, 0.5), figure(side, 0.99)]);
};

/** Wall seconds until 100 MB of an agent's output went by, and the most memory that either end took. */
export const measureOutput = async (remote: Remote): Promise<Figure[]> => {
	const file100 = path.join(path.dirname(remote.hostState), '100mb.txt');
	await remote.ssh(
		`awk 'BEGIN { for (i = 0; i < 1000000; i++) printf "%08d %090d\\n", i, i }' > ${file100}`,
	);
	// Enter starts each round, and the word at the end says that all of it went by.
	const program = `while read line; do cat ${file100}; echo output-complete; done`;
	await remote.console('load', 'shell', '--name', 'output', '--', 'sh', '-c', program);
	await using peer = await startPeerSession(remote, `sh -c '${program}'`);
	const daemon = await remote.daemonPid();
	const rounds = await bothSides(remote, {agent: 'output', peer}, async terminal => {
		terminal.mark();
		const start = performance.now();
		terminal.write('\r');
		const end = await terminal.seen(/output-complete/, 120_000);
		return [{seconds: (end - start) / 1000, peakMb: memory(terminal.pid).peak}];
	});
	const daemonPeak = memory(daemon).peak;
	await remote.console('stop', 'output', '--grace', '0');
	await remote.console('remove', 'output');
	const seconds = (side: 'ours' | 'peer') => median(rounds[side].map(round => round.seconds));
	const peak = (side: 'ours' | 'peer') => Math.max(...rounds[side].map(({peakMb}) => peakMb));
	const peerName = 'ssh -tt host tmux attach';
	return [
		{
			name: '100 MB through attach',
			unit: 's',
			ours: seconds('ours'),
			peer: seconds('peer'),
			peerName,
			limit: seconds('peer') * 1.05,
		},
		{
			name: '100 MB through attach: memory of the laptop’s side',
			unit: 'MB',
			ours: peak('ours'),
			peer: peak('peer'),
			peerName,
			limit: 200,
			note: 'resident, peak',
		},
		{
			name: '100 MB through attach: memory of the daemon',
			unit: 'MB',
			ours: daemonPeak,
			peer: null,
			peerName: 'resident, peak',
			limit: 120,
		},
	];
};
