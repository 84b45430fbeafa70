import {startBed, type BedHost} from '../test/harness/bed.ts';
import {measureBlackHole} from './black-hole.ts';
import {measureEcho, measureOutput} from './echo.ts';
import {measureEvents} from './event.ts';
import type {Figures, Scenario} from './figure.ts';
import {measureManyAgents, measureQuietDaemon} from './load.ts';
import {openRemote, type Remote} from './remote.ts';
import {measureStart} from './start.ts';
import {measureInstall, measureLoad, measureOpen} from './operator.ts';
import {measureBulk} from './sync/bulk.ts';
import {measureIdle} from './sync/idle.ts';
import {measureMemory} from './sync/memory.ts';
import {measureFarSaves, measureSaves} from './sync/saves.ts';
import type {Tree} from './sync/tree.ts';
import {measureFirst, measureWhole} from './sync/whole.ts';

const over = (measure: (remote: Remote) => Figures): Scenario['run'] =>
	async function* () {
		await using remote = await openRemote();
		yield* await measure(remote);
	};

type Link = {roundTripMs: number; rateMbit?: number; queueMs?: number};

/** A host behind a link of this shape. */
const overLink = (
	{roundTripMs, ...shape}: Link,
	measure: (remote: Remote, host: BedHost) => Figures,
): Scenario['run'] =>
	async function* () {
		await using bed = await startBed(1);
		const host = bed.hosts[0]!;
		await using remote = await openRemote(options => host.startSshd(options));
		await host.shape({...shape, delayMs: roundTripMs / 2});
		yield* await measure(remote, host);
	};

const overBed = (roundTripMs: number, measure: (remote: Remote, host: BedHost) => Figures) =>
	overLink({roundTripMs}, measure);

const largeTree: Tree = {files: 50_000, folders: 5000, bytes: 200e6};
const slowLink = {roundTripMs: 40, rateMbit: 20, queueMs: 100};

const echoAt = (roundTripMs: number): Scenario => ({
	name: `echo-${roundTripMs}`,
	summary: `keystroke echo through attach, ${roundTripMs} ms round trip`,
	run: overBed(roundTripMs, remote =>
		measureEcho(remote, {
			label: `${roundTripMs} ms`,
			// Of fewer the p99 would be the luck of a single key.
			count: roundTripMs > 100 ? 150 : 500,
			ratio: 1.02,
			floorMs: 0,
			isFar: true,
		}),
	),
});

export const scenarios: Scenario[] = [
	{
		name: 'echo',
		summary: 'keystroke echo through attach, loopback',
		run: over(remote =>
			measureEcho(remote, {
				label: 'loopback',
				count: 600,
				ratio: 2,
				floorMs: 0.8,
				isFar: false,
			}),
		),
	},
	{
		name: 'output',
		summary: '100 MB of terminal output through attach',
		run: over(measureOutput),
	},
	{
		name: 'event',
		summary: 'event on the host to changed screen, loopback',
		run: over(remote => measureEvents(remote, {label: 'loopback', roundTripMs: 0, count: 25})),
	},
	{name: 'start', summary: 'first frame, and first snapshot over SSH', run: over(measureStart)},
	echoAt(40),
	echoAt(150),
	{
		name: 'event-150',
		summary: 'event on the host to changed screen, 150 ms round trip',
		run: overBed(150, remote =>
			measureEvents(remote, {label: '150 ms', roundTripMs: 150, count: 20}),
		),
	},
	{
		name: 'start-50',
		summary: 'first snapshot over SSH, 50 ms round trip',
		run: overBed(50, remote => measureStart(remote, 8)),
	},
	{
		name: 'blackhole',
		summary: 'a link black-holed for 20 s, then healed',
		run: overBed(20, measureBlackHole),
	},
	{
		name: 'sync-tree',
		summary: '50,000 files: first sync, rescan, a burst, beside rsync',
		run: over(remote => measureWhole(remote, largeTree)),
	},
	{
		name: 'sync-first',
		summary: '50,000 files: a first sync alone, beside rsync',
		run: over(remote => measureFirst(remote, largeTree)),
	},
	{
		name: 'sync-idle',
		summary: '50,000 files: nothing changes, both sides watch',
		run: over(remote => measureIdle(remote, largeTree)),
	},
	{
		name: 'sync-saves',
		summary: 'a save to the other side of 50,000 files, beside a loop of rsync and unison',
		run: over(remote => measureSaves(remote, {tree: largeTree, count: 120, peerCount: 8})),
	},
	{
		name: 'sync-80',
		summary: 'a save to the other side, 80 ms round trip',
		run: overBed(80, remote =>
			measureFarSaves(remote, {
				roundTripMs: 80,
				tree: {files: 2000, folders: 200, bytes: 8e6},
				count: 20,
			}),
		),
	},
	{
		name: 'sync-bulk',
		summary: 'events beside a large file on a slow link',
		run: overLink(slowLink, remote => measureBulk(remote, {...slowLink, megabytes: 60})),
	},
	{
		name: 'sync-memory',
		summary: '500,000 files: what each side holds in memory',
		run: over(remote => measureMemory(remote, {files: 500_000, folders: 50_000, bytes: 50e6})),
	},
	...[0, 50, 150].flatMap(roundTripMs => [
		{
			name: `open-${roundTripMs}`,
			summary: `xdg-open on the host to the laptop's browser, ${roundTripMs} ms round trip`,
			run: overBed(roundTripMs, remote => measureOpen(remote, roundTripMs)),
		},
		{
			name: `load-${roundTripMs}`,
			summary: `load with a credential to the agent's process, ${roundTripMs} ms round trip`,
			run: overBed(roundTripMs, remote => measureLoad(remote, roundTripMs)),
		},
	]),
	{
		name: 'install-50',
		summary: 'first install and a repeated one, 50 ms round trip',
		run: overBed(50, remote => measureInstall(remote, 50)),
	},
	{name: 'many', summary: '10,000 agents, 1,000 updates a second', run: measureManyAgents},
	{name: 'quiet', summary: 'a daemon with 200 quiet agents', run: over(measureQuietDaemon)},
];
