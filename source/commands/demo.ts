import {defaultConfig} from '../config/load.ts';
import {ownProgram} from '../transport/own-program.ts';
import type {Command, CommandContext} from './command.ts';
import type {LocalFleet} from './demo/local-fleet.ts';

const tellMs = 6000;

export const demo: Command = {
	name: 'demo',
	group: 'fleet',
	summary: 'the console on a fleet of sample agents of its own; all of it is gone afterwards',
	flags: [{flags: '--compact', description: 'one column, for a tmux side pane'}],
	async run(context, {flags}) {
		const [{startLocalFleet}, {scenes}, {endLeftovers}] = await Promise.all([
			import('./demo/local-fleet.ts'),
			import('./demo/scene.ts'),
			import('./demo/end-leftovers.ts'),
		]);
		context.note('starting the sample fleet …');
		await endLeftovers();
		const fleet = await startLocalFleet(context.signal);
		try {
			const command = [...ownProgram(), 'demo-agent'];
			const shell = {agent: 'shell', name: 'shell', cwd: fleet.work};
			const agents = scenes.map(({name}) => ({...shell, name, command: [...command, name]}));
			for (const body of [...agents, shell]) {
				await fleet.client.request('POST', '/v1/agents', {body, signal: context.signal});
			}

			const inside = contextOf(context, fleet);
			if (context.stdin.isTTY && context.stdout.isTTY && !context.json) {
				const {showConsole} = await import('./console.ts');
				return await showConsole(inside, flags['compact'] === true);
			}

			const {tellFleet} = await import('./demo/tell.ts');
			await tellFleet(inside, {expected: agents.length + 1, forMs: tellMs});
			return 0;
		} finally {
			context.note('ending the sample fleet …');
			await fleet.end();
		}
	},
};

/** The same command line, over the demo's own fleet and with nothing of the person's configuration. */
const contextOf = (context: CommandContext, {transport, client}: LocalFleet): CommandContext => ({
	...context,
	remoteName: 'demo',
	config: async () => defaultConfig('demo'),
	remote: async () => null,
	transport: async () => transport,
	client: async () => client,
});
