import {spawn} from 'node:child_process';
import {mkdir, mkdtemp, rm} from 'node:fs/promises';
import {existsSync} from 'node:fs';
import path from 'node:path';
import type {Figure} from './figure.ts';
import {memory, processorShare} from './processes.ts';
import type {Remote} from './remote.ts';
import {openTerminal} from './terminal.ts';

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));

/** What a console costs that shows 10,000 agents of which 1,000 change each second. */
export const measureManyAgents = async (): Promise<Figure[]> => {
	const folder = await mkdtemp('/tmp/fm-');
	await mkdir(path.join(folder, 'run'), {mode: 0o700});
	const socket = path.join(folder, 'run/host.sock');
	const host = spawn(
		process.execPath,
		[path.join(import.meta.dirname, 'flood-host.ts'), socket, '10000', '1000'],
		{stdio: ['ignore', 'inherit', 'inherit']},
	);
	try {
		while (!existsSync(socket)) await pause(50);
		const terminal = openTerminal(
			process.execPath,
			[path.join(import.meta.dirname, '../dist/cli.js')],
			{
				env: {...process.env, HOME: folder, FLEET_STATE_DIR: folder, CI: 'false'},
				cols: 140,
				rows: 50,
			},
		);
		try {
			await terminal.seen(/agent-\d+/);
			await pause(5000);
			const share = await processorShare(terminal.pid, 20);
			return [
				{
					name: '10,000 agents, 1,000 updates/s: processor',
					unit: '%',
					ours: share,
					peer: null,
					peerName: 'of one core',
					limit: 25,
				},
				{
					name: '10,000 agents, 1,000 updates/s: memory',
					unit: 'MB',
					ours: memory(terminal.pid).peak,
					peer: null,
					peerName: 'resident, peak',
					limit: 200,
				},
			];
		} finally {
			await terminal.close();
		}
	} finally {
		host.kill('SIGKILL');
		await rm(folder, {recursive: true, force: true});
	}
};

/** What a daemon costs that keeps 200 agents which say nothing. */
export const measureQuietDaemon = async (remote: Remote): Promise<Figure[]> => {
	await remote.console('list');
	for (let index = 0; index < 200; index++) {
		await remote.launch(`quiet-${index}`, ['sleep', '100000']);
	}

	const pid = await remote.daemonPid();
	await pause(15_000);
	const share = await processorShare(pid, 60);
	const {now} = memory(pid);
	return [
		{
			name: 'daemon with 200 quiet agents: processor',
			unit: '%',
			ours: share,
			peer: null,
			peerName: 'of one core, one minute',
			limit: 1,
		},
		{
			name: 'daemon with 200 quiet agents: memory',
			unit: 'MB',
			ours: now,
			peer: null,
			peerName: 'resident',
			limit: 120,
		},
	];
};
