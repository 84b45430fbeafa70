import {stateLabel} from '../ui/present/state-look.ts';
import {agentPath, fetchAgent} from './agent-calls.ts';
import {chosenAgents} from './chosen-agents.ts';
import type {Command} from './command.ts';
import {forEachAgent, reportOutcomes} from './each-agent.ts';
import {numberFlag} from './flag-value.ts';
import {watchAgents} from './until-agent.ts';

const defaultGraceSeconds = 5;
/** Beyond the grace: the KILL must be sent and its effect seen. */
const patienceMs = 15_000;

export const stop: Command = {
	name: 'stop',
	group: 'agents',
	summary: 'ends agents: TERM, then KILL after a grace; returns when they have ended',
	arguments: [{name: '[agent...]', description: 'names or ids', completes: 'agent'}],
	flags: [
		{flags: '--all', description: 'every agent that runs'},
		{
			flags: '--grace <seconds>',
			description: `between TERM and KILL (default: ${defaultGraceSeconds})`,
		},
	],
	async run(context, input) {
		const grace = numberFlag(input, 'grace', {min: 0, max: 3600}) ?? defaultGraceSeconds;
		const references = await chosenAgents(context, input, agent => agent.state !== 'exited');
		if (references.length === 0) {
			context.note('no agent runs');
			return reportOutcomes(context, {done: [], failed: []});
		}

		const client = await context.client();
		const watch = watchAgents(context);
		try {
			const outcomes = await forEachAgent(references, async reference => {
				const before = await fetchAgent(client, reference, context.signal);
				if (before.state === 'exited') {
					return {agent: before, text: `${before.name} had ${stateLabel(before)} already`};
				}

				await client.request('POST', agentPath(before.id, '/stop'), {
					body: {grace},
					signal: context.signal,
				});
				const isEnded = ({state}: {state: string}) => state === 'exited';
				const agent = await watch.until(before.id, isEnded, grace * 1000 + patienceMs);
				return {agent, text: `${agent.name} has ${stateLabel(agent)}`};
			});
			return reportOutcomes(context, outcomes);
		} finally {
			watch.close();
		}
	},
};
