import type {BedHost} from '../test/harness/bed.ts';
import type {Figure} from './figure.ts';
import type {Remote} from './remote.ts';
import {openTerminal} from './terminal.ts';

const seconds = (ms: number): number => ms / 1000;

/** How soon a cut is noticed, and how soon after the heal the screen is live and whole again. */
export const measureBlackHole = async (remote: Remote, host: BedHost): Promise<Figure[]> => {
	await remote.console('load', 'shell', '--name', 'before', '--', 'sleep', '100000');
	const {file, args} = remote.command();
	const noticed: number[] = [];
	const healed: number[] = [];
	const terminal = openTerminal(file, args, {env: remote.env, isDrawn: true});
	try {
		await terminal.shows(/before/);
		for (let round = 0; round < 3; round++) {
			const name = `meanwhile-${round}`;
			const cut = performance.now();
			await host.shape({delayMs: 10, cut: true});
			noticed.push((await terminal.shows(/reconnecting|offline/, 40_000)) - cut);
			await remote.launch(name, ['sleep', '100000']);
			await new Promise(resolve => setTimeout(resolve, 20_000 - (performance.now() - cut)));
			const heal = performance.now();
			await host.shape({delayMs: 10, cut: false});
			// What was started in the dark is on the screen: live, and nothing missed.
			healed.push((await terminal.shows(new RegExp(name), 60_000)) - heal);
		}
	} finally {
		await terminal.close();
	}

	return [
		{
			name: 'black hole: noticed after the cut',
			unit: 's',
			ours: seconds(Math.max(...noticed)),
			peer: null,
			peerName: 'slowest of 3',
			limit: 15,
		},
		{
			name: 'black hole of 20 s: live and whole after the heal',
			unit: 's',
			ours: seconds(Math.max(...healed)),
			peer: null,
			peerName: 'slowest of 3',
			limit: 2,
		},
	];
};
