import {measureEcho, measureOutput} from './echo.ts';
import {measureEvents} from './event.ts';
import type {Figure, Scenario} from './figure.ts';
import {measureManyAgents, measureQuietDaemon} from './load.ts';
import {openRemote, type Remote} from './remote.ts';
import {measureStart} from './start.ts';

const over =
	(measure: (remote: Remote) => Promise<Figure[]>): Scenario['run'] =>
	async () => {
		await using remote = await openRemote();
		return await measure(remote);
	};

export const scenarios: Scenario[] = [
	{
		name: 'echo',
		summary: 'keystroke echo through attach, loopback',
		run: over(remote =>
			measureEcho(remote, {label: 'loopback', count: 300, ratio: 2, floorMs: 0.8}),
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
	{name: 'many', summary: '10,000 agents, 1,000 updates a second', run: measureManyAgents},
	{name: 'quiet', summary: 'a daemon with 200 quiet agents', run: over(measureQuietDaemon)},
];
