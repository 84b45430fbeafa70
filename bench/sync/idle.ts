import {setTimeout as delay} from 'node:timers/promises';
import type {Figure} from '../figure.ts';
import {processorSeconds} from '../processes.ts';
import type {Remote} from '../remote.ts';
import {prepare, watching} from './ground.ts';
import type {Tree} from './tree.ts';

/** In which each side of 50,000 files is looked at as a whole, each two minutes or so. */
const watchedSeconds = 210;
const minute = 60;

/** A tree that nobody touches, watched from both sides: the costliest minute counts, and no mean of all. */
export const measureIdle = async (remote: Remote, tree: Tree): Promise<Figure[]> => {
	await prepare(remote, tree);
	await remote.console('sync');
	// The first look after a first sync reads again what was written a moment before it.
	await remote.console('sync');
	await using watch = await watching(remote);
	const pids = [watch.child.pid!, await remote.daemonPid()];
	await delay(2000);
	const used: number[] = [];
	const start = performance.now();
	for (let second = 0; second <= watchedSeconds; second++) {
		await delay(Math.max(0, start + second * 1000 - performance.now()));
		used.push(pids.reduce((sum, pid) => sum + processorSeconds(pid), 0));
	}

	const share = (from: number, to: number) => ((used[to]! - used[from]!) / (to - from)) * 100;
	const minutes = used.slice(minute).map((_, from) => share(from, from + minute));
	return [
		{
			name: 'nothing changed, watching, the worst minute',
			unit: '%',
			ours: Math.max(...minutes),
			peer: null,
			peerName: 'of a core, both sides',
			limit: 1,
			note: `${share(0, watchedSeconds).toFixed(2)} % over ${watchedSeconds} s`,
		},
	];
};
