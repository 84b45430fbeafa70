import {stateFolder} from '../config/paths.ts';
import type {Command} from './command.ts';

export const hostStop: Command = {
	name: 'host stop',
	group: 'host',
	summary: 'ends the daemon of this host; the agents stay, and the next daemon adopts them',
	flags: [{flags: '--agents', description: 'ends the agents too'}],
	async run(context, {flags}) {
		const {stopDaemon} = await import('../host/control/stop-daemon.ts');
		const agents = flags['agents'] === true;
		const stopped = await stopDaemon({stateFolder: stateFolder(), agents, signal: context.signal});
		if (context.json) context.printJson({stopped, agents: stopped && agents});
		else if (!stopped) context.print('no daemon runs here');
		else context.print(agents ? 'stopped, and the agents with it' : 'stopped; the agents stay');
		return 0;
	},
};
