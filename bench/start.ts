import {execFile} from 'node:child_process';
import {promisify} from 'node:util';
import type {Figure} from './figure.ts';
import {median} from './figure.ts';
import type {Remote} from './remote.ts';
import {openTerminal} from './terminal.ts';

const run = promisify(execFile);

const timed = async (work: () => Promise<unknown>): Promise<number> => {
	const start = performance.now();
	await work();
	return performance.now() - start;
};

/** From the command to the first frame, and to the first row that came over SSH. */
export const measureStart = async (remote: Remote, rounds = 15): Promise<Figure[]> => {
	await remote.console('load', 'shell', '--name', 'first-row', '--', 'sleep', '100000');
	const frames: number[] = [];
	const rows: number[] = [];
	const node: number[] = [];
	const ssh: number[] = [];
	for (let round = 0; round < rounds + 2; round++) {
		const bare = await timed(() => run(process.execPath, ['-e', '0']));
		const login = await timed(() => remote.ssh('true'));
		const {file, args} = remote.command();
		const terminal = openTerminal(file, args, {env: remote.env});
		try {
			const frame = await terminal.seen(/bench/);
			const row = await terminal.seen(/first-row/);
			if (round < 2) {
				// Left as a person leaves it: what V8 compiled is kept for the next start.
				terminal.write('q');
				await terminal.exited;
				continue;
			}

			node.push(bare);
			ssh.push(login);
			frames.push(frame - terminal.startedAt);
			rows.push(row - terminal.startedAt);
		} finally {
			await terminal.close();
		}
	}

	await remote.console('stop', 'first-row', '--grace', '0');
	await remote.console('remove', 'first-row');
	return [
		{
			name: 'command to first frame',
			unit: 'ms',
			ours: median(frames),
			peer: median(node),
			peerName: 'node -e 0',
			limit: median(node) + 110,
		},
		{
			name: 'command to first snapshot over SSH',
			unit: 'ms',
			ours: median(rows),
			peer: median(ssh),
			peerName: 'ssh host true',
			limit: median(ssh),
			note: `of which first frame ${Math.round(median(frames))} ms`,
		},
	];
};
