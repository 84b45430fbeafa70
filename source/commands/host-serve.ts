import {stateFolder} from '../config/paths.ts';
import type {Command} from './command.ts';

export const hostServe: Command = {
	name: 'host serve',
	group: 'host',
	summary: 'runs the daemon that keeps the agents; prints one line of JSON when it listens',
	flags: [{flags: '--detach', description: 'in the background, so that it outlives this login'}],
	async run(context, {flags}) {
		const {ownCommand} = await import('../host/control/own-command.ts');
		const state = stateFolder();
		if (flags['detach'] === true) {
			const [{ensureDaemon}, {outliveLogin}] = await Promise.all([
				import('../host/control/ensure-daemon.ts'),
				import('../host/outlive-login.ts'),
			]);
			const {signal} = context;
			context.printJson(
				await ensureDaemon({
					stateFolder: state,
					command: ownCommand(),
					outlive: outliveLogin,
					signal,
				}),
			);
			return 0;
		}

		const [{runDaemon}, {runtimes}, {cachedEnvironment}] = await Promise.all([
			import('../host/control/run-daemon.ts'),
			import('../host/runtimes/registry.ts'),
			import('../host/cached-environment.ts'),
		]);
		await runDaemon({
			stateFolder: state,
			createRuntime: async log => runtimes.tmux({state, command: ownCommand(), log}),
			environment: cachedEnvironment(),
			signal: context.signal,
			onReady: line => context.printJson(line),
			...(context.quiet ? {} : {echo: line => context.note(line)}),
		});
		return 0;
	},
};
