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
	return harmless(agent.warning ? `⚠ ${agent.warning}` : (agent.title ?? ''));
};

/** What an agent has cost so far, where it tells that and it is something; else how many tokens it has used. */
export const usedOf = ({usage}: Pick<Agent, 'usage'>): string => {
	if (!usage) return '';
	const {cost, tokens} = usage;
	if (cost) return cost < 0.01 ? '<$0.01' : `$${cost.toFixed(2)}`;
	return tokens ? tokensOf(tokens) : '';
};

/** Whether any of them has used what can be told. */
export const haveUsed = (agents: readonly Agent[]): boolean =>
	agents.some(({usage}) => Boolean(usage?.cost) || Boolean(usage?.tokens));

/** `980`, `12k`, `3.4M`. */
const tokensOf = (tokens: number): string => {
	if (tokens < 1000) return String(tokens);
	if (tokens < 999_500) return `${Math.round(tokens / 1000)}k`;
	return `${(tokens / 1e6).toFixed(1)}M`;
};

/** A folder of the host, its user's home written as `~`. */
export const shortFolder = (folder: string): string =>
	harmless(folder).replace(/^(?:\/home\/[^/]+|\/Users\/[^/]+|\/root)(?=\/|$)/, '~');

/** Who an agent is, for the head of its screen: kind, folder, model, cost, tokens. */
export const describe = (agent: Agent): string =>
	[
		harmless(agent.agent),
		shortFolder(agent.cwd),
		agent.model ? harmless(agent.model) : '',
		agent.usage?.cost ? usedOf(agent) : '',
		agent.usage?.tokens ? `${tokensOf(agent.usage.tokens)} tokens` : '',
	]
		.filter(Boolean)
		.join(' · ');
