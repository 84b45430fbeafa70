import type {Agent} from '../protocol/agent.ts';
import {plainText} from '../protocol/text.ts';

/** What a person is told of: two lines of harmless text. */
export type Notice = {title: string; body: string};

const longestTitle = 60;
const longestName = 40;
const longestBody = 160;
const mostNamed = 4;

/** One notice about all of these agents, whoever is blocked first. */
export const noticeOf = (remote: string, agents: readonly Agent[]): Notice => {
	const [first] = agents;
	const body = agents.length === 1 && first ? lineOf(first) : countLine(agents);
	return {title: tame(`fleet-console: ${remote}`, longestTitle), body: tame(body, longestBody)};
};

const lineOf = (agent: Agent): string => {
	const name = plainText(agent.name, longestName);
	if (agent.state === 'done') {
		return agent.attention ? `${name} is done: ${agent.attention.text}` : `${name} is done`;
	}

	return agent.attention ? `${name} needs you: ${agent.attention.text}` : `${name} needs you`;
};

const countLine = (agents: readonly Agent[]): string => {
	const blocked = agents.filter(({state}) => state === 'blocked');
	const done = agents.filter(({state}) => state === 'done');
	const counts = [
		blocked.length > 0 ? `${blocked.length} need${blocked.length === 1 ? 's' : ''} you` : '',
		done.length > 0 ? `${done.length} done` : '',
	].filter(Boolean);
	const names = [...blocked, ...done]
		.slice(0, mostNamed)
		.map(({name}) => plainText(name, longestName / 2));
	const more = agents.length > names.length ? ' …' : '';
	return `${counts.join(', ')}: ${names.join(', ')}${more}`;
};

// A semicolon parts the fields of OSC 9 and 777: a name must not become a field.
const tame = (text: string, limit: number): string =>
	plainText(text, limit).replaceAll(';', ',') || 'an agent';
