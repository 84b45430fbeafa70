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
	const folder = await mkdtemp(path.join(os.tmpdir(), 'fleet-demo-'));
	const work = path.join(folder, 'work');
	const transport = new LocalTransport(folder, ownProgram());
	const client = createClient(transport);
	let pid: number | undefined;
	let ended: Promise<void> | undefined;
	const end = async () => {
		if (pid !== undefined) {
			await client
				.request('POST', '/v1/host/stop', {body: {agents: true}, timeoutMs: stopMs})
				.catch(() => undefined);
			await untilGone(pid);
		}

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
		const info = v.parse(hostInfoSchema, await client.json('GET', '/v1/host', {signal}));
		({pid} = info);
		return fleet;
	} catch (error) {
		await fleet.end();
		throw error;
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

function isRunning(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		return false;
	}
}
