import {setTimeout as delay} from 'node:timers/promises';
import {hostSocket} from '../../config/paths.ts';
import {FleetError} from '../../errors.ts';
import {stackOf} from '../../original-files.ts';
import type {Runtime} from '../runtimes/runtime.ts';
import {serve} from '../serve.ts';
import {claimState, readHolder, type StateClaim} from '../state/claim-state.ts';
import {logFile, openLog} from '../state/log.ts';
import {prepareFolder} from '../state/prepare-folder.ts';
import {ownLine, type DaemonLine} from './daemon-line.ts';
import {findDaemon} from './find-daemon.ts';

/** A daemon that has the folder and does not answer yet is starting, or closing. */
const patienceMs = 15_000;

export type RunOptions = {
	stateFolder: string;
	createRuntime: (log: (line: string) => void) => Promise<Runtime>;
	environment?: () => Promise<Readonly<Record<string, string>>>;
	signal: AbortSignal;
	/** Each line of the log, for whoever watches. */
	echo?: (line: string) => void;
	/** Called once: when this daemon listens, or with the one that was there first. */
	onReady: (line: DaemonLine) => void;
};

/** The daemon, until it is stopped; at once when another one serves the folder already. */
export const runDaemon = async (options: RunOptions): Promise<void> => {
	const {stateFolder, signal, onReady} = options;
	prepareFolder(stateFolder);
	const claimed = await claimOrFind(stateFolder, signal);
	if ('line' in claimed) {
		onReady(claimed.line);
		return;
	}

	const log = openLog(logFile(stateFolder), options.echo ? {echo: options.echo} : {});
	const survive = (error: unknown) => log.write(`uncaught: ${stackOf(error)}`);
	process.on('uncaughtException', survive);
	process.on('unhandledRejection', survive);
	try {
		const running = await serve({
			stateFolder,
			signal,
			log,
			claim: claimed.claim,
			runtime: await options.createRuntime(line => log.write(line)),
			...(options.environment ? {environment: options.environment} : {}),
		});
		onReady(ownLine(running.host.socket));
		await running.closed;
	} finally {
		process.off('uncaughtException', survive);
		process.off('unhandledRejection', survive);
	}
};

const claimOrFind = async (
	stateFolder: string,
	signal: AbortSignal,
): Promise<{claim: StateClaim} | {line: DaemonLine}> => {
	const deadline = Date.now() + patienceMs;
	for (;;) {
		const claim = claimState(stateFolder);
		if (claim !== null) return {claim};
		const line = await findDaemon(hostSocket(stateFolder), signal);
		if (line !== null) return {line};
		if (Date.now() > deadline) {
			const pid = readHolder(stateFolder);
			throw new FleetError(
				'daemon-failed',
				`another daemon${pid === undefined ? '' : ` (pid ${pid})`} has ${stateFolder} and does not listen`,
				{hint: 'console host stop ends it; the agents stay'},
			);
		}

		await delay(50, undefined, {signal});
	}
};
