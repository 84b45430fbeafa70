import {existsSync} from 'node:fs';
import {stateFolder} from '../config/paths.ts';
import type {Command} from './command.ts';

export const hostStop: Command = {
	name: 'host stop',
	group: 'host',
	summary: 'ends the daemon of this host; the agents stay, and the next daemon adopts them',
	flags: [
		{flags: '--agents', description: 'ends the agents too'},
		{
			flags: '--restart',
			description: 'starts it again at once; consoles that attend it come back by themselves',
		},
	],
	async run(context, {flags}) {
		const [{stopDaemon}, {logFile}] = await Promise.all([
			import('../host/control/stop-daemon.ts'),
			import('../host/state/log.ts'),
		]);
		const {signal} = context;
		const state = stateFolder();
		const agents = flags['agents'] === true;
		const restart = flags['restart'] === true;
		const start = async () => {
			const [{ensureDaemon}, {ownCommand}, {outliveLogin}] = await Promise.all([
				import('../host/control/ensure-daemon.ts'),
				import('../host/control/own-command.ts'),
				import('../host/outlive-login.ts'),
			]);
			const command = ownCommand();
			await ensureDaemon({stateFolder: state, command, outlive: outliveLogin, signal});
		};
		let stopped = await stopDaemon({stateFolder: state, agents, restart, signal});
		if (agents && !stopped && existsSync(logFile(state))) {
			// Agents outlive their daemon; only one that adopted them can end them.
			await start();
			stopped = await stopDaemon({stateFolder: state, agents, restart, signal});
		}

		if (restart) await start();
		if (context.json) context.printJson({stopped, agents: stopped && agents, restarted: restart});
		else if (restart) context.print(agents ? 'started anew, without agents' : 'started again');
		else if (!stopped) context.print('no daemon runs here');
		else context.print(agents ? 'stopped, and the agents with it' : 'stopped; the agents stay');
		return 0;
	},
};
