import {randomBytes} from 'node:crypto';
import {stat, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {median, percentile, type Figure} from '../figure.ts';
import type {Remote} from '../remote.ts';
import {openTerminal, type Terminal} from '../terminal.ts';
import {prepare} from './ground.ts';

export type BulkLink = {megabytes: number; rateMbit: number; queueMs: number; roundTripMs: number};

/**
 * Events of the host on the console's screen while the same console brings a large file from the
 * host, and while it does not. What fills the link is the bulk lane's, another connection.
 */
export const measureBulk = async (
	remote: Remote,
	{megabytes, rateMbit, queueMs, roundTripMs}: BulkLink,
): Promise<Figure[]> => {
	const {far, near} = await prepare(remote, {files: 100, folders: 10, bytes: 400_000});
	await remote.console('sync');
	await remote.console('load', 'shell', '--name', 'watched', '--', 'sleep', '100000');
	const {file, args} = remote.command();
	const terminal = openTerminal(file, args, {env: remote.env, isDrawn: true});
	try {
		await terminal.shows(/watched/, 60_000);
		await terminal.shows(/in step/, 60_000);
		const alone: number[] = [];
		while (alone.length < 100) alone.push(await oneEvent(remote, terminal));

		await writeFile(path.join(far, 'large.bin'), randomBytes(megabytes * 1e6));
		const arrived = path.join(near, 'large.bin');
		await terminal.shows(/⇅/, 60_000);
		const beside: number[] = [];
		const started = performance.now();
		while (!(await stat(arrived).catch(() => undefined))) {
			beside.push(await oneEvent(remote, terminal));
		}

		const seconds = (performance.now() - started) / 1000;
		const moved = `${megabytes} MB in ${Math.round(seconds)} s at ${rateMbit} Mbit/s, ${roundTripMs} ms round trip; ${beside.length} events`;
		// A router holds back every packet alike: its queue is what bulk may cost, and not more.
		return (['p50', 'p99'] as const).map((which, index) => {
			const of = (samples: number[]) => (index === 0 ? median(samples) : percentile(samples, 0.99));
			return {
				name: `event to changed screen beside a large file, ${which}`,
				unit: 'ms',
				ours: of(beside),
				peer: of(alone),
				peerName: 'the same link without it',
				limit: of(alone) + queueMs + 25,
				note: moved,
			};
		});
	} finally {
		await terminal.close();
	}
};

let counter = 0;

/** From a launch at the daemon's own socket to the screen, in milliseconds. */
async function oneEvent({launch, forget}: Remote, terminal: Terminal): Promise<number> {
	const name = `new-${counter++}-agent`;
	const start = performance.now();
	const launched = launch(name, ['sleep', '100000']);
	const took = (await terminal.shows(new RegExp(name), 30_000)) - start;
	await launched;
	await forget(name);
	return took;
}
