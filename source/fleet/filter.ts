import type {Agent} from '../protocol/agent.ts';

export type AgentFilter = (agent: Agent) => boolean;

const haystacks = new WeakMap<Agent, {name: string; all: string}>();

const haystackOf = (agent: Agent): {name: string; all: string} => {
	let haystack = haystacks.get(agent);
	if (!haystack) {
		const fields = [agent.name, agent.role, agent.title, agent.state, agent.agent];
		haystack = {
			name: agent.name.toLowerCase(),
			all: fields
				.filter(field => field !== null)
				.join('\n')
				.toLowerCase(),
		};
		haystacks.set(agent, haystack);
	}

	return haystack;
};

/** Whether the letters of `query` stand in `text` in their order, as `fzf` reads it. */
export const isSubsequence = (query: string, text: string): boolean => {
	let at = 0;
	for (const letter of query) {
		at = text.indexOf(letter, at);
		if (at === -1) return false;
		at += letter.length;
	}

	return true;
};

/**
 * What a filter line means: each word must be part of the name, role, title, state or kind, or
 * its letters in the name in their order; `!word` must not be part of any. Undefined: no filter.
 */
export const parseFilter = (query: string): AgentFilter | undefined => {
	const words = query
		.toLowerCase()
		.split(/\s+/)
		.filter(word => word !== '' && word !== '!');
	if (words.length === 0) return undefined;
	return agent => {
		const {name, all} = haystackOf(agent);
		return words.every(word =>
			word.startsWith('!')
				? !all.includes(word.slice(1))
				: all.includes(word) || isSubsequence(word, name),
		);
	};
};
