import {execFile} from 'node:child_process';
import {writeFile} from 'node:fs/promises';
import path from 'node:path';
import {promisify} from 'node:util';
import {median, type Figure} from '../figure.ts';
import type {Remote} from '../remote.ts';
import {arrives, prepare, rsyncUp, timed, watching, type Ground} from './ground.ts';
import {fileAt, type Tree} from './tree.ts';

const run = promisify(execFile);

const against = (
	name: string,
	ours: number,
	peer: number,
	{ratio, peerName}: {ratio: number; peerName: string},
): Figure => ({name, unit: 'ms', ours, peer, peerName, limit: peer * ratio});

/** A tree as a whole: first sync, rescan, a burst; each beside rsync in the same run. */
export const measureWhole = async function* (remote: Remote, tree: Tree): AsyncGenerator<Figure> {
	const ground = await prepare(remote, tree);
	yield await firstSync(ground);
	yield await measureRescan(ground);
	// What is left to be written of three trees would slow down whoever comes next.
	await run('sync');
	const watch = await watching(remote);
	try {
		yield await measureBurst(ground, tree, 5000);
	} finally {
		await watch[Symbol.asyncDispose]();
	}
};

/** A first sync alone. */
export const measureFirst = async (remote: Remote, tree: Tree): Promise<Figure[]> => [
	await firstSync(await prepare(remote, tree)),
];

async function firstSync(ground: Ground): Promise<Figure> {
	// Both read a tree that was just written.
	const rsyncFirst = await timed(() => rsyncUp(ground, '-a'));
	const first = await timed(() => ground.remote.console('sync'));
	return against('first sync', first, rsyncFirst, {ratio: 2, peerName: 'rsync -a -e ssh'});
}

async function measureRescan(ground: Ground): Promise<Figure> {
	const {remote} = ground;
	// The first look after a first sync reads again what was written a moment before it.
	await remote.console('sync');
	const dry: number[] = [];
	const rescans: number[] = [];
	for (let round = 0; round < 5; round++) {
		dry.push(await timed(() => rsyncUp(ground, '-an')));
		rescans.push(await timed(() => remote.console('sync')));
	}

	return against('full rescan, nothing changed', median(rescans), median(dry), {
		ratio: 1,
		peerName: 'rsync -an -e ssh',
	});
}

/**
 * A branch switch: the files of a part of the tree, written one after another. One alone is half as much again
 * now and then, on either side: the median of some is told.
 */
async function measureBurst(ground: Ground, tree: Tree, count: number) {
	const {near, far} = ground;
	const changed = Array.from({length: count}, (_, index) => fileAt(tree, index + 2 * tree.folders));
	const edit = async (text: string) => {
		for (const file of changed) await writeFile(path.join(near, file), `${text} ${file}`);
	};
	const bursts: number[] = [];
	const peers: number[] = [];
	for (const text of ['main', 'feature', 'a longer name', 'fix', 'main again']) {
		bursts.push(
			await timed(async () => {
				await edit(text);
				for (const file of changed) await arrives(path.join(far, file), `${text} ${file}`);
			}),
		);
		const editing = await timed(() => edit(text));
		peers.push(editing + (await timed(() => rsyncUp(ground, '-a'))));
		await run('sync');
	}

	return against('5,000 files changed at once', median(bursts), median(peers), {
		ratio: 1.5,
		peerName: 'the same edits, then rsync -a -e ssh',
	});
}
