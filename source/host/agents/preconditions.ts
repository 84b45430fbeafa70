import {FleetError} from '../../errors.ts';
import type {Agent} from '../../protocol/agent.ts';
import type {LaunchRequest} from '../../protocol/launch.ts';
import type {Registry} from './registry.ts';

/** Throws `conflict` for an agent that has ended. */
export const needRunning = (agent: Agent): void => {
	if (agent.state !== 'exited') return;
	throw new FleetError('conflict', `${agent.name} has exited`, {
		hint: `start it again: console restart ${agent.name}`,
	});
};

/** Throws `conflict` for an agent that runs. */
export const needEnded = (agent: Agent): void => {
	if (agent.state === 'exited') return;
	throw new FleetError('conflict', `${agent.name} still runs`, {
		hint: `stop it first: console stop ${agent.name}`,
	});
};

/** Agents that have the name a launch wants, and never ran. */
export const neverRan = (
	registry: Registry,
	{name, role, agent: kind}: LaunchRequest,
): string[] => {
	const wanted = name ?? role ?? kind;
	return [...registry.all]
		.filter(agent => agent.name === wanted && agent.state === 'exited' && agent.revision === 1)
		.map(({id}) => id);
};
