import type {Figure} from '../figure.ts';
import {memory} from '../processes.ts';
import type {Remote} from '../remote.ts';
import {prepare, watching} from './ground.ts';
import {copyForPeers} from './peers.ts';
import type {Tree} from './tree.ts';

/** What both sides hold at most while two large trees that are alike are read, and then watched. */
export const measureMemory = async (remote: Remote, tree: Tree): Promise<Figure[]> => {
	const ground = await prepare(remote, tree);
	await copyForPeers({...ground, peerFar: ground.far});
	await using watch = await watching(remote, 600_000);
	const sides = [
		['laptop', watch.child.pid!],
		['host', await remote.daemonPid()],
	] as const;
	return sides.map(([side, pid]) => ({
		name: `memory at ${tree.files.toLocaleString('en')} files, ${side}`,
		unit: 'MB',
		ours: memory(pid).peak,
		peer: null,
		peerName: 'at most, resident',
		limit: 300,
	}));
};
