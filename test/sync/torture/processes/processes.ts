import {existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {childrenOf} from '../../../harness/processes.ts';
import {newRule, put, type Trees} from '../../../harness/sync-trees.ts';
import {until} from '../../../harness/until.ts';
import {startSyncedPair, type SyncedPair} from '../../../harness/synced-pair.ts';
import type {Happening, Victim} from '../happening.ts';
import {vouchedContents} from '../vouched.ts';
import {startAttendant, type Attendant, type Drive} from './attendant.ts';
import type {ProcessRound} from './history.ts';
import {picture} from './picture.ts';
import {goFile, metFile, places, scriptFile, type Script} from './rendezvous.ts';

/** The real programs, each in a process of its own, and a real sshd between them. */
export type Processes = {
	/** A rule between two new folders. */
	newTrees(): Promise<Trees>;
	/** Starts what keeps them in step; with steps at which it can be held. */
	attend(drive: Drive): Attendant;
	/** What happens in the midst of a round, until nothing more of it does. */
	round(
		attendant: Attendant,
		round: ProcessRound,
		onHappening: (event: Happening) => void,
	): Promise<void>;
	/** `console sync` in peace; true where there was nothing left to do. */
	sync(): Promise<boolean>;
	vouched(trees: Trees): string[];
	/** What the laptop’s program did, and who runs where, for whoever wonders why nothing moves. */
	picture(attendant: Attendant): Promise<string>;
	[Symbol.asyncDispose](): Promise<void>;
};

const pollMs = 4;
const roundTimeoutMs = 60_000;
/** What goes on for ever has come to the end of a round when so long no step was met. */
const restMs = 1500;
// So many that no deletion among the others is more than a quarter.
const fillers = 60;

export const startProcesses = async (): Promise<Processes> => {
	const folder = mkdtempSync('/tmp/torture-');
	const preload = path.join(import.meta.dirname, 'step-points.ts');
	const environment = (own: string) => ({
		NODE_OPTIONS: `--import=${preload}`,
		TORTURE_FOLDER: folder,
		TORTURE_PROCESS: own,
	});
	const pair: SyncedPair = await startSyncedPair({environment: environment('daemon')});
	let rounds = 0;

	const write = (place: string, script: Script) =>
		writeFileSync(scriptFile(folder, place), JSON.stringify(script));

	const strike = async (victim: Victim, attendant: Attendant) => {
		if (victim === 'console') {
			kill(attendant.pid);
			// Till it is known to be dead, it would be taken for one that stands still.
			await until(() => !attendant.isAlive(), 'killed');
		} else if (victim === 'daemon') kill(Number(await pidOfDaemon()));
		else if (victim === 'link') await pair.sshd.killSessions();
	};

	const pidOfDaemon = async (): Promise<number> => {
		const ran = await pair.hostConsole('host', 'status', '--json');
		return ran.code === 0 ? (JSON.parse(ran.stdout) as {pid: number}).pid : 0;
	};

	return {
		newTrees: async () => {
			const trees = await newRule(pair, 'sync_bidi', 'max_delete = 1000000\n');
			mkdirSync(trees.far);
			for (let index = 0; index < fillers; index++) put(trees.near, `filler/${index}`, '');
			return trees;
		},
		attend: drive => {
			// On a terminal it would be written over the picture.
			const sections = drive === 'console' ? '' : 'fleet-sync,fleet-link';
			return startAttendant(drive, pair, {...environment('console'), NODE_DEBUG: sections});
		},
		async round(attendant, {during}, onHappening) {
			const number = rounds++;
			for (const place of places) {
				const steps = during.filter(event => event.place === place).map(({step}) => step);
				write(place, {round: number, steps});
			}

			const waiting = [...during];
			let rsyncDies = false;
			let lastMet = Date.now();
			const isOver = () =>
				!attendant.isAlive() ||
				(attendant.drive !== 'sync' && (waiting.length === 0 || Date.now() - lastMet > restMs));
			const deadline = Date.now() + roundTimeoutMs;
			while (!isOver()) {
				if (Date.now() > deadline) {
					throw new Error(`${attendant.drive} came to no end; it said:\n${attendant.said()}`);
				}

				for (const event of waiting) {
					const met = metFile(folder, event.place, number, event.step);
					if (!existsSync(met)) continue;
					waiting.splice(waiting.indexOf(event), 1);
					const {happening} = event;
					onHappening(happening);
					if (happening.kind === 'fault') {
						for (const victim of happening.victims) {
							if (victim === 'mover') rsyncDies = true;
							await strike(victim, attendant);
						}
					}

					writeFileSync(goFile(met), '');
					lastMet = Date.now();
					break;
				}

				if (rsyncDies) {
					const pids = await childrenOf(attendant.pid, 'rsync');
					for (const pid of pids) kill(pid);
					rsyncDies = pids.length === 0;
				}

				await delay(pollMs);
			}

			for (const place of places) write(place, {round: number, steps: []});
			// What the daemon does for a console that died, it does to its end.
			for (const event of waiting) {
				writeFileSync(goFile(metFile(folder, event.place, number, event.step)), '');
			}
		},
		async sync() {
			const ran = await pair.console('sync', '--allow-delete', '--json');
			if (ran.code !== 0 && ran.code !== 5) throw new Error(`sync: ${JSON.stringify(ran)}`);
			const {rules} = JSON.parse(ran.stdout) as {
				rules: Array<{toRemote: object; toLocal: object; conflicts: unknown[]}>;
			};
			const [rule] = rules;
			const moved = [...Object.values(rule!.toRemote), ...Object.values(rule!.toLocal)];
			return rule!.conflicts.length === 0 && moved.every(count => count === 0);
		},
		vouched({near, far}) {
			return [
				[near, pair.laptop.state, '-local.db'],
				[far, pair.host.state, '-remote.db'],
			].flatMap(([root, state, end]) =>
				readdirSync(path.join(state!, 'sync'))
					.filter(name => name.endsWith(end!))
					.flatMap(name => vouchedContents(path.join(state!, 'sync', name), root!)),
			);
		},
		picture: async attendant =>
			picture({
				said: attendant.said(),
				roots: [attendant.pid, await pidOfDaemon(), `${pair.sshd.folder}/sshd_config`],
				logs: [path.join(pair.sshd.folder, 'sshd.log'), path.join(pair.host.state, 'host.log')],
			}),
		async [Symbol.asyncDispose]() {
			await pair[Symbol.asyncDispose]();
			rmSync(folder, {recursive: true, force: true});
		},
	};
};

function kill(pid: number): void {
	if (pid === 0) return;
	try {
		process.kill(pid, 'SIGKILL');
	} catch {
		// It ended by itself meanwhile.
	}
}
