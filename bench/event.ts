import type {Figure} from './figure.ts';
import {median} from './figure.ts';
import type {Remote} from './remote.ts';
import {openTerminal} from './terminal.ts';

const frameMs = 33;

/**
 * From a change at the daemon (an agent is launched, asked for at the host's own socket) to the
 * changed screen on the laptop. The clock starts before the request, so the host's work counts.
 */
export const measureEvents = async (
	remote: Remote,
	{label, roundTripMs, count}: {label: string; roundTripMs: number; count: number},
): Promise<Figure[]> => {
	const {file, args} = remote.command();
	await remote.console('load', 'shell', '--name', 'watched', '--', 'sleep', '100000');
	const terminal = openTerminal(file, args, {env: remote.env, isDrawn: true});
	const samples: number[] = [];
	try {
		await terminal.shows(/watched/, 60_000);
		for (let index = 0; index < count; index++) {
			const name = `new-${index}-agent`;
			const start = performance.now();
			const launched = remote.launch(name, ['sleep', '100000']);
			samples.push((await terminal.shows(new RegExp(name), 20_000)) - start);
			await launched;
			await remote.console('stop', name, '--grace', '0', '--quiet');
			await remote.console('remove', name, '--quiet');
		}
	} finally {
		await terminal.close();
		await remote.console('stop', 'watched', '--grace', '0');
		await remote.console('remove', 'watched');
	}

	return [
		{
			name: `event to changed screen, ${label}, p50`,
			unit: 'ms',
			ours: median(samples),
			peer: roundTripMs / 2 + frameMs,
			peerName: 'half a round trip + one 33 ms frame',
			limit: roundTripMs / 2 + frameMs + 10,
		},
	];
};
