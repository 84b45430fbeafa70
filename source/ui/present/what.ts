import type {Agent} from '../../protocol/agent.ts';
import {harmless} from './cells.ts';

/** What an agent is about, in a line: what it waits for, why it ended, or its title. */
export const whatOf = (agent: Agent): string => {
	if (agent.state === 'blocked' && agent.attention) {
		const {text, kind, choices} = agent.attention;
		const labels = kind === 'question' ? choices.map(choice => choice.label).join(' · ') : '';
		return harmless([text || kind, labels].filter(Boolean).join(' '));
	}

	if (agent.state === 'done' && agent.attention?.kind === 'error') {
		return harmless(agent.attention.text);
	}

	if (agent.state === 'exited') return harmless(agent.exit?.message ?? agent.title ?? '');
	return harmless(agent.title ?? '');
};

/** A folder of the host, its user's home written as `~`. */
export const shortFolder = (folder: string): string =>
	harmless(folder).replace(/^(?:\/home\/[^/]+|\/Users\/[^/]+|\/root)(?=\/|$)/, '~');

/** Who an agent is, for the head of its screen: kind, folder, model, cost. */
export const describe = (agent: Agent): string =>
	[
		harmless(agent.agent),
		shortFolder(agent.cwd),
		agent.model ? harmless(agent.model) : '',
		agent.usage?.cost === null || agent.usage?.cost === undefined
			? ''
			: `$${agent.usage.cost.toFixed(2)}`,
	]
		.filter(Boolean)
		.join(' · ');
