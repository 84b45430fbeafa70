import {readdir, rm, stat} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {createClient} from '../../client/create-client.ts';
import {LocalTransport} from '../../transport/local.ts';
import {ownProgram} from '../../transport/own-program.ts';
import {daemonOf, endFleet, isRunning} from './local-fleet.ts';

/** Ends the fleets of demos that were killed before they could; their folders name the process. */
export const endLeftovers = async (): Promise<void> => {
	for (const name of await readdir(os.tmpdir())) {
		const owner = /^fleet-demo-(\d+)-/.exec(name)?.[1];
		if (owner === undefined || isRunning(Number(owner))) continue;
		const folder = path.join(os.tmpdir(), name);
		const isOurs = (await stat(folder).catch(() => null))?.uid === process.getuid?.();
		// What cannot be ended keeps its folder, by which the next demo finds it.
		if (isOurs) await endLeftover(folder).catch(() => undefined);
	}
};

const endLeftover = async (folder: string): Promise<void> => {
	const transport = new LocalTransport(folder, ownProgram());
	const client = createClient(transport);
	try {
		// Where only the agents are left this starts a daemon, which adopts them.
		await endFleet(client, await daemonOf(client));
		await rm(folder, {recursive: true, force: true, maxRetries: 5});
	} finally {
		client.close();
		await transport.close();
	}
};
