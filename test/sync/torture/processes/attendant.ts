import pty from '@lydell/node-pty';
import process from 'node:process';
import {program, type SyncedPair} from '../../../harness/synced-pair.ts';
import {until} from '../../../harness/until.ts';

/** What keeps the trees in step: `sync` once a round, `sync --watch`, or the console itself on a terminal. */
export const drives = ['sync', 'watch', 'console'] as const;
export type Drive = (typeof drives)[number];

/** A process of the laptop that syncs. */
export type Attendant = {
	readonly drive: Drive;
	readonly pid: number;
	isAlive(): boolean;
	/** True where it was killed, rather than come to its end. */
	wasKilled(): boolean;
	said(): string;
	/** Tells it to end, as a person would, and waits until it has. */
	end(): Promise<void>;
};

const endsWithinMs = 20_000;

export const startAttendant = (
	drive: Drive,
	pair: SyncedPair,
	environment: Record<string, string>,
): Attendant => {
	if (drive === 'console') return onTerminal(pair, environment);
	const argv = drive === 'sync' ? ['sync', '--allow-delete'] : ['sync', '--watch'];
	const {child, said, end} = pair.start({environment}, ...argv);
	const isAlive = () => child.exitCode === null && child.signalCode === null;
	return {
		drive,
		pid: child.pid!,
		isAlive,
		wasKilled: () => child.signalCode === 'SIGKILL',
		said,
		async end() {
			if (!isAlive()) return;
			void end();
			await until(() => !isAlive(), 'ended when it was told to', {
				seen: said,
				timeoutMs: endsWithinMs,
			});
		},
	};
};

function onTerminal(pair: SyncedPair, environment: Record<string, string>): Attendant {
	const child = pty.spawn(process.execPath, [program, '--remote', 'dev-server'], {
		cols: 100,
		rows: 30,
		env: {...pair.environment, ...environment},
	});
	let said = '';
	let ended: {exitCode: number; signal?: number | undefined} | undefined;
	child.onData(text => (said = (said + text).slice(-20_000)));
	child.onExit(exit => (ended = exit));
	return {
		drive: 'console',
		pid: child.pid,
		isAlive: () => ended === undefined,
		wasKilled: () => ended?.signal === 9,
		said: () => said,
		async end() {
			if (ended !== undefined) return;
			child.write('q');
			await until(() => ended, 'ended by q', {seen: () => said, timeoutMs: endsWithinMs});
		},
	};
}
