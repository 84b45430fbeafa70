import {agentPath, fetchAgent} from './agent-calls.ts';
import {chosenAgents} from './chosen-agents.ts';
import type {Command} from './command.ts';
import {forEachAgent, reportOutcomes} from './each-agent.ts';

export const remove: Command = {
	name: 'remove',
	group: 'agents',
	summary: 'forgets agents that have exited',
	arguments: [{name: '[agent...]', description: 'names or ids', completes: 'agent'}],
	flags: [{flags: '--all', description: 'every agent that has exited'}],
	async run(context, input) {
		const references = await chosenAgents(context, input, agent => agent.state === 'exited');
		if (references.length === 0) context.note('no agent has exited');
		const client = await context.client();
		const outcomes = await forEachAgent(references, async reference => {
			const agent = await fetchAgent(client, reference, context.signal);
			await client.request('DELETE', agentPath(agent.id), {signal: context.signal});
			return {agent, text: `${agent.name} is forgotten`};
		});
		return reportOutcomes(context, outcomes);
	},
};
