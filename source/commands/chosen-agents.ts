import {FleetError} from '../errors.ts';
import type {Agent} from '../protocol/agent.ts';
import {fetchFleet} from './agent-calls.ts';
import type {CommandContext, CommandInput} from './command.ts';

/** The agents that a command line names, or with `--all` those of the fleet that it can mean. */
export const chosenAgents = async (
	context: CommandContext,
	{arguments: named, flags}: CommandInput,
	isMeant: (agent: Agent) => boolean,
): Promise<string[]> => {
	const isAll = flags['all'] === true;
	if (isAll && named.length > 0) {
		throw new FleetError('usage', 'name agents or give --all, not both');
	}

	if (!isAll && named.length === 0) {
		throw new FleetError('usage', 'which agent?', {
			hint: 'Name one or several, or give --all; `console list` shows them.',
		});
	}

	if (!isAll) return [...new Set(named)];
	const {agents} = await fetchFleet(await context.client(), context.signal);
	return agents.filter(isMeant).map(agent => agent.id);
};
