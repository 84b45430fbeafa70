import {setTimeout as delay} from 'node:timers/promises';
import {hostSocket} from '../../config/paths.ts';
import {FleetError} from '../../errors.ts';
import {isFree, readHolder} from '../state/claim-state.ts';
import {askDaemon} from './ask-daemon.ts';

const deadlineMs = 20_000;
const agentsDeadlineMs = 80_000;

export type StopOptions = {
	stateFolder: string;
	agents: boolean;
	/** It is started again by the caller: consoles are told to wait for it. */
	restart?: boolean;
	signal: AbortSignal;
};

/**
 * Ends the daemon and waits until it is gone; false when none ran. One that cannot be talked to
 * (another protocol, or hung) is ended by its process id, and then the agents stay.
 */
export const stopDaemon = async ({
	stateFolder,
	agents,
	restart = false,
	signal,
}: StopOptions): Promise<boolean> => {
	const deadline = Date.now() + (agents ? agentsDeadlineMs : deadlineMs);
	const wait = async () => {
		if (Date.now() > deadline) {
			throw new FleetError('daemon-failed', `the daemon of ${stateFolder} does not end`, {
				hint: `kill -9 ${readHolder(stateFolder) ?? 'it'}; the agents stay`,
			});
		}

		await delay(30, undefined, {signal});
	};

	try {
		// One that holds the folder and does not listen yet is only beginning: it is told once it does.
		while (
			(await askDaemon(hostSocket(stateFolder), 'POST', '/v1/host/stop', {
				body: {agents, restart},
				signal,
			})) === null
		) {
			if (isFree(stateFolder)) return false;
			await wait();
		}
	} catch (error) {
		if (agents || !(error instanceof FleetError)) throw error;
		if (error.code !== 'protocol-mismatch' && error.code !== 'daemon-failed') throw error;
		endHolder(stateFolder, error);
	}

	while (!isFree(stateFolder)) await wait();
	return true;
};

const endHolder = (stateFolder: string, cause: FleetError): void => {
	const pid = readHolder(stateFolder);
	if (pid === undefined || isFree(stateFolder)) throw cause;
	process.kill(pid, 'SIGTERM');
};
