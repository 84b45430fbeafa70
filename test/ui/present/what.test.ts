import {expect, test} from 'vitest';
import {describe as describeAgent, usedOf, whatOf} from '../../../source/ui/present/what.ts';
import {agent} from '../../harness/agents.ts';

const old = 'claude 2.1.100 is older than 2.1.198: …; npm i -g @anthropic-ai/claude-code';

test('a program that is too old is said to be so, unless something is more urgent', () => {
	const aged = agent({id: 'a', title: 'Rewriting the guide', warning: old});
	expect(whatOf(aged)).toBe(`⚠ ${old}`);
	const attention = {kind: 'permission', text: 'approve Bash: make', id: 'q', choices: []};
	expect(whatOf({...aged, state: 'blocked', attention})).toBe('approve Bash: make');
	expect(whatOf({...aged, state: 'exited', exit: {code: 1, signal: null, message: 'gone'}})).toBe(
		'gone',
	);
});

test.each([
	[{cost: 0.414, tokens: 120_000}, '$0.41'],
	[{cost: 0.0004, tokens: 440}, '<$0.01'],
	[{cost: 0, tokens: 10}, '10'],
	[{cost: 0, tokens: 0}, ''],
	[{cost: null, tokens: 980}, '980'],
	[{cost: null, tokens: 12_345}, '12k'],
	[{cost: null, tokens: 999_600}, '1.0M'],
	[{cost: null, tokens: null}, ''],
	[null, ''],
])('%j is used: %s', (usage, text) => {
	expect(usedOf({usage})).toBe(text);
});

test('the head of a preview has model, cost and tokens, where they are known', () => {
	const known = agent({id: 'a', model: 'opus', usage: {cost: 1.5, tokens: 120_000}});
	expect(describeAgent(known)).toBe('claude · ~/app · opus · $1.50 · 120k tokens');
	expect(describeAgent({...known, usage: {cost: null, tokens: 900}})).toContain(
		'opus · 900 tokens',
	);
	expect(describeAgent(agent({id: 'b'}))).toBe('claude · ~/app');
});
