import {median, percentile, type Figure} from '../figure.ts';
import type {Remote} from '../remote.ts';
import {prepare, saves, watching, type Ground} from './ground.ts';
import {copyForPeers, rsyncLoop, unison, type PeerSaves} from './peers.ts';
import type {Tree} from './tree.ts';

type Ways = {there: number[]; back: number[]};

const ours = async ({remote, near, far}: Ground, count: number): Promise<Ways> => {
	const watch = await watching(remote);
	try {
		return {there: await saves(near, far, count), back: await saves(far, near, count)};
	} finally {
		await watch[Symbol.asyncDispose]();
	}
};

const ways = [
	['laptop to host', 'there'],
	['host to laptop', 'back'],
] as const;

/** A save to the other side of a large tree, beside what else people use. */
export const measureSaves = async function* (
	remote: Remote,
	{tree, count, peerCount}: {tree: Tree; count: number; peerCount: number},
): AsyncGenerator<Figure> {
	const ground = await prepare(remote, tree);
	await remote.console('sync');
	const own = await ours(ground, count);
	await copyForPeers(ground);
	yield* beside(own, await rsyncLoop(ground, peerCount));
	const third = await unison(ground, peerCount);
	if (third !== undefined) yield* beside(own, third);
};

const beside = (own: Ways, peer: PeerSaves): Figure[] =>
	ways.flatMap(([label, way]) => [
		{
			name: `save, ${label}, p50`,
			unit: 'ms',
			ours: median(own[way]),
			peer: median(peer[way]),
			peerName: peer.name,
			limit: 25,
		},
		{
			name: `save, ${label}, p99`,
			unit: 'ms',
			ours: percentile(own[way], 0.99),
			peer: percentile(peer[way], 0.99),
			peerName: peer.name,
			limit: 150,
		},
	]);

/** The same over a link of some length, where round trips count. */
export const measureFarSaves = async (
	remote: Remote,
	{roundTripMs, tree, count}: {roundTripMs: number; tree: Tree; count: number},
): Promise<Figure[]> => {
	const ground = await prepare(remote, tree);
	const own = await ours(ground, count);
	return ways.map(([label, way]) => ({
		name: `save, ${label}, ${roundTripMs} ms round trip, p50`,
		unit: 'ms',
		ours: median(own[way]),
		peer: null,
		peerName: '1.5 round trips + 25 ms',
		limit: 1.5 * roundTripMs + 25,
	}));
};
