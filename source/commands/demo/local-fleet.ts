import {mkdir, mkdtemp, rm} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as v from 'valibot';
import type {Client} from '../../client/client.ts';
import {createClient} from '../../client/create-client.ts';
import {hostInfoSchema} from '../../protocol/host-info.ts';
import {LocalTransport} from '../../transport/local.ts';
import {ownProgram} from '../../transport/own-program.ts';
import type {Transport} from '../../transport/transport.ts';

export type LocalFleet = {
	readonly transport: Transport;
	readonly client: Client;
	/** A folder for the agents to be in. */
	readonly work: string;
	/** Ends the agents and the daemon, and removes everything that they wrote. */
	end(): Promise<void>;
};

const stopMs = 10_000;

/** A fleet of its own on this machine, in a new folder: nothing of the person's is touched. */
export const startLocalFleet = async (signal: AbortSignal): Promise<LocalFleet> => {
	// Short: the path of a socket is limited to about a hundred bytes.
	const folder = await mkdtemp(path.join(os.tmpdir(), `fleet-demo-${process.pid}-`));
	const work = path.join(folder, 'work');
	const transport = new LocalTransport(folder, ownProgram());
	const client = createClient(transport);
	let pid: number | undefined;
	let ended: Promise<void> | undefined;
	const end = async () => {
		if (pid !== undefined) await endFleet(client, pid);

		client.close();
		await transport.close();
		await rm(folder, {recursive: true, force: true, maxRetries: 5});
	};

	const fleet: LocalFleet = {transport, client, work, end: () => (ended ??= end())};
	// Whoever interrupts may have taken the terminal along: this waits for nobody who draws on it.
	signal.addEventListener('abort', () => void fleet.end(), {once: true});
	try {
		await mkdir(work);
		// The first call starts the daemon.
		pid = await daemonOf(client, signal);
		return fleet;
	} catch (error) {
		await fleet.end();
		throw error;
	}
};

/** The process of the daemon that answers; the first call starts it. */
export const daemonOf = async (client: Client, signal?: AbortSignal): Promise<number> =>
	v.parse(hostInfoSchema, await client.json('GET', '/v1/host', signal && {signal})).pid;

/** Ends the agents and then the daemon, which is gone when this resolves. */
export const endFleet = async (client: Client, daemon: number): Promise<void> => {
	await client
		.request('POST', '/v1/host/stop', {body: {agents: true}, timeoutMs: stopMs})
		.catch(() => undefined);
	await untilGone(daemon);
};

/** Whether there is such a process, whoever owns it. */
export const isRunning = (pid: number): boolean => {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
};

async function untilGone(pid: number): Promise<void> {
	const deadline = performance.now() + stopMs;
	while (isRunning(pid)) {
		if (performance.now() > deadline) {
			process.kill(pid, 'SIGKILL');
			return;
		}

		await new Promise(resolve => setTimeout(resolve, 50));
	}
}
