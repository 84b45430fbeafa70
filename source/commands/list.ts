import {compareAgents} from '../fleet/order.ts';
import {agentStates} from '../protocol/agent.ts';
import {fetchFleet} from './agent-calls.ts';
import type {Command} from './command.ts';
import {fleetTable} from './fleet-table.ts';
import {wordsFlag} from './flag-value.ts';
import {paintFor} from './paint.ts';

export const list: Command = {
	name: 'list',
	group: 'fleet',
	summary: 'the agents and their states, who needs a person first',
	flags: [
		{
			flags: '--state <state>',
			description: `only agents in one of these states, comma separated: ${agentStates.join(', ')}`,
			completes: 'state',
		},
	],
	examples: [['console list --state blocked,done', 'who waits for you']],
	async run(context, input) {
		const states = wordsFlag(input, 'state', agentStates);
		const {eventId, agents} = await fetchFleet(await context.client(), context.signal);
		const shown = agents.filter(agent => states?.includes(agent.state) ?? true).sort(compareAgents);
		if (context.json) {
			context.printJson({agents: shown, eventId});
		} else if (shown.length > 0) {
			const {columns, isTTY} = context.stdout;
			const options = {
				now: Date.now(),
				width: isTTY ? columns || 80 : undefined,
				paint: paintFor(context.stdout),
			};
			for (const line of fleetTable(shown, options)) context.print(line);
		} else {
			context.print(
				agents.length > 0
					? 'No agent is in such a state.'
					: 'No agents yet. Start one: console load claude',
			);
		}

		return 0;
	},
};
