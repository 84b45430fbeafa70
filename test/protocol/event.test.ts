import fc from 'fast-check';
import {expect, test} from 'vitest';
import {formatEventId, parseEvent, parseEventId} from '../../source/protocol/event.ts';
import {agent as agentLike} from '../harness/agents.ts';

const wire = (event: string, data: unknown) => ({
	id: 'e-1',
	event,
	data: typeof data === 'string' ? data : JSON.stringify(data),
});

test('a known event with a well-formed payload is believed', () => {
	const agent = agentLike({id: 'a1'});
	expect(parseEvent(wire('agent.updated', {agent}))).toMatchObject({
		id: 'e-1',
		event: 'agent.updated',
		data: {agent: {id: agent.id, name: agent.name}},
	});
});

test('what a newer host says beside is ignored, and its states are unknown', () => {
	const agent = {...agentLike({id: 'a1'}), state: 'dreaming', mood: 'good'};
	expect(parseEvent(wire('agent.updated', {agent, extra: 1}))).toMatchObject({
		data: {agent: {state: 'unknown'}},
	});
	expect(parseEvent(wire('agent.dreams', {}))).toBe('ignored');
	expect(parseEvent(wire('constructor', {}))).toBe('ignored');
});

test('one agent that cannot be believed does not hide the others', () => {
	const agents = [agentLike({id: 'a1'}), {id: '../../etc'}, null, 7];
	expect(parseEvent(wire('snapshot', {agents}))).toMatchObject({data: {agents: [{}]}});
	expect(parseEvent(wire('snapshot', {agents}))).toHaveProperty('data.agents.length', 1);
});

test('whatever a host sends, nothing is thrown and no control character comes through', () => {
	fc.assert(
		fc.property(
			fc.constantFrom('snapshot', 'agent.created', 'agent.removed', 'host.stats', 'sync.changed'),
			fc.oneof(fc.string(), fc.json()),
			(event, data) => {
				expect(() => parseEvent(wire(event, data))).not.toThrow();
			},
		),
	);
	fc.assert(
		fc.property(fc.string({unit: 'binary'}), name => {
			const parsed = parseEvent(wire('agent.updated', {agent: {...agentLike({id: 'a1'}), name}}));
			expect(JSON.stringify(parsed)).not.toMatch(/\\u00[01]|[\u007F-\u009F]/);
		}),
	);
});

test('an event id is an epoch and a sequence, and nothing else', () => {
	expect(parseEventId(formatEventId('ab12', 7))).toEqual({epoch: 'ab12', sequence: 7});
	for (const id of ['', '7', '-7', 'a-', 'a-b', 'a-1-2', 'a b-1', `${'a'.repeat(65)}-1`]) {
		expect(parseEventId(id)).toBeUndefined();
	}
});
