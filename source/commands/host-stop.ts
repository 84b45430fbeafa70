import {existsSync} from 'node:fs';
import {stateFolder} from '../config/paths.ts';
import type {Command} from './command.ts';

export const hostStop: Command = {
	name: 'host stop',
	group: 'host',
	summary: 'ends the daemon of this host; the agents stay, and the next daemon adopts them',
	flags: [{flags: '--agents', description: 'ends the agents too'}],
	async run(context, {flags}) {
		const [{stopDaemon}, {logFile}] = await Promise.all([
			import('../host/control/stop-daemon.ts'),
			import('../host/state/log.ts'),
		]);
		const {signal} = context;
		const state = stateFolder();
		const agents = flags['agents'] === true;
		let stopped = await stopDaemon({stateFolder: state, agents, signal});
		if (agents && !stopped && existsSync(logFile(state))) {
			// Agents outlive their daemon; only one that adopted them can end them.
			const [{ensureDaemon}, {ownCommand}] = await Promise.all([
				import('../host/control/ensure-daemon.ts'),
				import('../host/control/own-command.ts'),
			]);
			await ensureDaemon({stateFolder: state, command: ownCommand(), signal});
			stopped = await stopDaemon({stateFolder: state, agents, signal});
		}

		if (context.json) context.printJson({stopped, agents: stopped && agents});
		else if (!stopped) context.print('no daemon runs here');
		else context.print(agents ? 'stopped, and the agents with it' : 'stopped; the agents stay');
		return 0;
	},
};
