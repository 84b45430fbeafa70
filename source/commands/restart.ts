import {FleetError} from '../errors.ts';
import {stateLabel} from '../ui/present/state-look.ts';
import {fetchAgent} from './agent-calls.ts';
import type {Command} from './command.ts';
import {restartAgent} from './start-agent.ts';
import {watchAgents} from './until-agent.ts';

/** The old run has a grace of 5 s, and the new one must be seen. */
const patienceMs = 45_000;

export const restart: Command = {
	name: 'restart',
	group: 'agents',
	summary:
		'starts an agent again with the same role, in its last session; ends it first when it runs',
	arguments: [{name: '<agent>', description: 'its name or id', completes: 'agent'}],
	flags: [
		{
			flags: '--fresh',
			description: 'begin a new session, with the role’s prompt; otherwise the last one goes on',
		},
		{
			flags: '--credential <name>',
			description: 'a credential beside its role’s own; may be repeated',
			repeatable: true,
			completes: 'credential',
		},
	],
	async run(context, {arguments: [reference = ''], flags}) {
		const before = await fetchAgent(await context.client(), reference, context.signal);
		const watch = watchAgents(context);
		try {
			const extra = flags['credential'];
			await restartAgent(context, before, {
				credentials: Array.isArray(extra) ? extra : [],
				fresh: flags['fresh'] === true,
			});
			let hasEnded = before.state === 'exited';
			const agent = await watch.until(
				before.id,
				({state, since, pid}) => {
					if (state === 'exited' && since === before.since) return false;
					if (state === 'exited') {
						// Its old run has ended; or its new one has, at once.
						const isOld = !hasEnded;
						hasEnded = true;
						return !isOld;
					}

					return hasEnded || (pid !== null && pid !== before.pid);
				},
				patienceMs,
			);
			if (agent.state === 'exited') {
				throw new FleetError('failed', `${agent.name} started and has ${stateLabel(agent)}`, {
					hint: `\`console screen ${agent.name}\` shows what it left.`,
				});
			}

			if (context.json) context.printJson({agent});
			else context.print(`${agent.name} is started again`);
			return 0;
		} finally {
			watch.close();
		}
	},
};
