import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {compareAgents, heldOrder, reorder, sorted} from '../../source/fleet/order.ts';
import {agentStates, type Agent} from '../../source/protocol/agent.ts';
import {agent} from '../harness/agents.ts';

const minute = (n: number) => `2026-11-20T12:${String(n).padStart(2, '0')}:00.000Z`;
const anyAgent = (ids: string[]) =>
	fc
		.record({
			id: fc.constantFrom(...ids),
			state: fc.constantFrom(...agentStates),
			since: fc.integer({min: 0, max: 3}).map(minute),
			createdAt: fc.integer({min: 0, max: 3}).map(minute),
		})
		.map(fields => agent(fields));
const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
const anyFleet = fc
	.array(anyAgent(ids), {maxLength: 12})
	.map(agents => new Map(agents.map(one => [one.id, one])));
const names = (agents: readonly Agent[]) => agents.map(one => one.id).join(' ');

describe('order', () => {
	test('is total: any two agents compare one way, and only one', () => {
		fc.assert(
			fc.property(anyAgent(ids), anyAgent(ids), anyAgent(ids), (a, b, c) => {
				expect(Math.sign(compareAgents(a, b))).toBe(-Math.sign(compareAgents(b, a)) + 0);
				if (a.id !== b.id) expect(compareAgents(a, b)).not.toBe(0);
				if (compareAgents(a, b) <= 0 && compareAgents(b, c) <= 0) {
					expect(compareAgents(a, c)).toBeLessThanOrEqual(0);
				}
			}),
		);
	});

	test('reordering after any change equals sorting anew', () => {
		fc.assert(
			fc.property(anyFleet, anyFleet, (before, changes) => {
				const order = sorted(before);
				// Some stay the same object, some change, some are new, some are gone.
				const after = new Map([...before, ...changes].filter(([id]) => id !== 'c'));
				const touched = new Set([...before.keys(), ...after.keys()]);
				expect(reorder(order, before, after, touched)).toEqual(sorted(after));
				expect(reorder(order, before, after, undefined)).toEqual(sorted(after));
			}),
		);
	});

	test('is the same array while nothing changed', () => {
		const fleet = new Map(ids.map(id => [id, agent({id})]));
		const order = sorted(fleet);
		expect(reorder(order, fleet, new Map(fleet), new Set(ids))).toBe(order);
		expect(reorder(order, fleet, new Map(fleet), undefined)).toBe(order);
	});

	test('puts who needs a person first, the longest waiting before the others', () => {
		const fleet = [
			agent({id: 'exited', state: 'exited'}),
			agent({id: 'unknown', state: 'unknown'}),
			agent({id: 'idle', state: 'idle'}),
			agent({id: 'starting', state: 'starting'}),
			agent({id: 'working', state: 'working'}),
			agent({id: 'done', state: 'done'}),
			agent({id: 'blocked-late', state: 'blocked', since: minute(5)}),
			agent({id: 'blocked-early', state: 'blocked', since: minute(1)}),
		];
		expect(names(sorted(new Map(fleet.map(one => [one.id, one]))))).toBe(
			'blocked-early blocked-late done starting unknown working idle exited',
		);
	});

	test('leaves a program in its row that prints and pauses', () => {
		const before = new Map(ids.map(id => [id, agent({id, state: 'working'})]));
		const order = sorted(before);
		const paused = new Map(before).set('b', agent({id: 'b', state: 'unknown'}));
		expect(names(reorder(order, before, paused, new Set(['b'])))).toBe(names(order));
	});

	test('held, nobody moves: who is new comes last and who is gone leaves', () => {
		const order = [agent({id: 'a'}), agent({id: 'b'}), agent({id: 'c'})];
		const now = [
			agent({id: 'new', state: 'blocked'}),
			agent({id: 'c', state: 'blocked'}),
			agent({id: 'a'}),
		];
		expect(names(heldOrder(order, new Map(now.map(one => [one.id, one]))))).toBe('a c new');
	});
});
