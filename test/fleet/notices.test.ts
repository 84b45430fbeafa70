import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {arrivals, noDoubts} from '../../source/fleet/notices.ts';
import {reduceChanges} from '../../source/fleet/reduce.ts';
import {emptySlice, type FleetSlice} from '../../source/fleet/slice.ts';
import {agentStates, type Agent, type AgentState} from '../../source/protocol/agent.ts';
import type {FleetEvent} from '../../source/protocol/event.ts';
import {agent, snapshot, updated} from '../harness/agents.ts';

const minute = (count: number): string => new Date(Date.UTC(2026, 10, 20, 12, count)).toISOString();
const one = (id: string, state: AgentState, at: number, revision = at): Agent =>
	agent({id, state, since: minute(at), revision});

/** Who calls when these batches of events come one after another. */
const calls = (...batches: FleetEvent[][]): string[] => {
	let slice: FleetSlice = emptySlice('dev', 0);
	let doubts = noDoubts;
	return batches.flatMap(batch => {
		const before = slice;
		const {slice: after, changes} = reduceChanges(
			before,
			batch.map(event => ({kind: 'event', event, at: 0})),
		);
		slice = after;
		const found = arrivals({before, after, changes}, doubts);
		doubts = found.doubts;
		return found.agents.map(({id, state}) => `${id} ${state}`);
	});
};

describe('who calls a person', () => {
	test.each<[string, FleetEvent[][], string[]]>([
		['nobody on the first snapshot', [[snapshot([one('a', 'blocked', 1)])]], []],
		[
			'who becomes blocked, and done, each once',
			[
				[snapshot([one('a', 'working', 1)])],
				[updated(one('a', 'blocked', 2))],
				[updated(one('a', 'blocked', 2, 3))],
				[updated(one('a', 'working', 4))],
				[updated(one('a', 'done', 5))],
			],
			['a blocked', 'a done'],
		],
		[
			'nobody who becomes idle, works or exits',
			[
				[snapshot([one('a', 'starting', 1)])],
				[updated(one('a', 'working', 2))],
				[updated(one('a', 'idle', 3))],
				[updated(one('a', 'exited', 4))],
			],
			[],
		],
		[
			'who is created blocked',
			[
				[snapshot([])],
				[{id: undefined, event: 'agent.created', data: {agent: one('a', 'blocked', 2)}}],
			],
			['a blocked'],
		],
		[
			'an event replayed after a reconnect, once',
			[
				[snapshot([one('a', 'working', 1)], 'e-1')],
				[updated(one('a', 'blocked', 2), 'e-2')],
				[updated(one('a', 'blocked', 2), 'e-2'), updated(one('a', 'blocked', 2, 3), 'e-3')],
			],
			['a blocked'],
		],
		[
			'nobody for the same state in a snapshot after a gap',
			[
				[snapshot([one('a', 'blocked', 1), one('b', 'done', 1)])],
				[snapshot([one('a', 'blocked', 1, 9), one('b', 'done', 3, 9)])],
			],
			[],
		],
		[
			'who came to it within the gap',
			[
				[snapshot([one('a', 'working', 1), one('b', 'working', 1)])],
				[snapshot([one('a', 'blocked', 2), one('b', 'working', 1), one('c', 'done', 3)])],
			],
			['a blocked', 'c done'],
		],
		[
			'nobody whose state is older than all that was known',
			[
				[snapshot([one('a', 'working', 5)])],
				[snapshot([one('a', 'working', 5), one('b', 'blocked', 2)])],
			],
			[],
		],
		[
			'nobody who was only unknown between',
			[
				[snapshot([one('a', 'blocked', 1)])],
				[snapshot([one('a', 'unknown', 2)])],
				[updated(one('a', 'blocked', 3))],
			],
			[],
		],
		[
			'who was unknown and is in another state than before',
			[
				[snapshot([one('a', 'blocked', 1)])],
				[updated(one('a', 'unknown', 2))],
				[updated(one('a', 'done', 3))],
			],
			['a done'],
		],
		[
			'who went and came back between two pictures',
			[
				[snapshot([one('a', 'done', 1)])],
				[updated(one('a', 'working', 2)), updated(one('a', 'done', 3))],
			],
			['a done'],
		],
	])('%s', (_, batches, expected) => {
		expect(calls(...batches)).toEqual(expected);
	});

	test('one call for each change of state, whatever comes doubled or as a snapshot of the same', () => {
		const states = fc.array(fc.constantFrom(...agentStates.filter(state => state !== 'unknown')), {
			maxLength: 30,
		});
		fc.assert(
			fc.property(states, fc.array(fc.boolean(), {maxLength: 30}), (path, isRetold) => {
				let last: AgentState = 'starting';
				let at = 1;
				const expected: string[] = [];
				const batches: FleetEvent[][] = [[snapshot([one('a', last, at)])]];
				for (const [index, state] of path.entries()) {
					if (state !== last) {
						at++;
						if (state === 'blocked' || state === 'done') expected.push(`a ${state}`);
						last = state;
					}

					batches.push([updated(one('a', state, at))]);
					if (isRetold[index]) {
						batches.push([snapshot([one('a', state, at)])], [updated(one('a', state, at))]);
					}
				}

				expect(calls(...batches)).toEqual(expected);
			}),
		);
	});
});
