import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {reduce, reduceAll} from '../../source/fleet/reduce.ts';
import {emptySlice, type FleetInput, type FleetSlice} from '../../source/fleet/slice.ts';
import {countAgents, rollUp} from '../../source/fleet/roll-up.ts';
import {agentStates} from '../../source/protocol/agent.ts';
import type {FleetEvent} from '../../source/protocol/event.ts';
import {agent, removed, snapshot, updated} from '../harness/agents.ts';

const t0 = Date.parse('2026-11-20T12:00:00Z');
const start = emptySlice('dev', t0);
const event = (value: FleetEvent, at = t0): FleetInput => ({kind: 'event', event: value, at});
const after = (...events: FleetEvent[]): FleetSlice =>
	reduceAll(
		start,
		events.map(value => event(value)),
	);

const anyAgent = fc
	.record({
		id: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
		state: fc.constantFrom(...agentStates),
		revision: fc.integer({min: 1, max: 20}),
		title: fc.constantFrom(null, 'one', 'two'),
	})
	.map(fields => agent(fields));
const anyEvent: fc.Arbitrary<FleetEvent> = fc.oneof(
	fc.array(anyAgent, {maxLength: 5}).map(agents => snapshot(agents)),
	anyAgent.map(next => updated(next)),
	fc.constantFrom('a', 'b', 'c', 'zz').map(id => removed(id)),
);
const anyEvents = fc.array(anyEvent, {maxLength: 30});

describe('reduce', () => {
	test('a snapshot after any history equals the snapshot alone', () => {
		fc.assert(
			fc.property(anyEvents, fc.array(anyAgent, {maxLength: 5}), (history, agents) => {
				const replayed = after(...history, snapshot(agents));
				const fresh = after(snapshot(agents));
				expect(new Map(replayed.agents)).toEqual(new Map(fresh.agents));
				expect(replayed.counts).toEqual(fresh.counts);
			}),
		);
	});

	test('events one by one and all at once lead to the same', () => {
		fc.assert(
			fc.property(anyEvents, history => {
				let slice = start;
				for (const value of history) slice = reduce(slice, event(value));
				const once = after(...history);
				expect(new Map(slice.agents)).toEqual(new Map(once.agents));
				expect({...slice, agents: 0}).toEqual({...once, agents: 0});
			}),
		);
	});

	test('a replay that overlaps changes nothing', () => {
		fc.assert(
			fc.property(anyEvents, fc.nat(), (history, cut) => {
				const numbered = history.map((value, index) => ({...value, id: `e-${index + 1}`}));
				const changes = numbered.filter(value => value.event !== 'snapshot');
				const slice = after(...changes);
				const again = changes.slice(changes.length === 0 ? 0 : cut % changes.length);
				const twice = reduceAll(
					slice,
					again.map(value => event(value)),
				);
				expect(new Map(twice.agents)).toEqual(new Map(slice.agents));
			}),
		);
	});

	test('the counts are those of the agents', () => {
		fc.assert(
			fc.property(anyEvents, history => {
				const slice = after(...history);
				for (const state of agentStates) {
					const count = [...slice.agents.values()].filter(one => one.state === state).length;
					expect(slice.counts[state]).toBe(count);
				}

				expect(countAgents(slice.counts)).toBe(slice.agents.size);
				expect([...slice.agents.keys()]).toHaveLength(slice.agents.size);
			}),
		);
	});

	test('nothing given to it is changed', () => {
		fc.assert(
			fc.property(anyEvents, anyEvents, (history, more) => {
				const slice = after(...history);
				const copy = structuredClone({...slice, agents: [...slice.agents]});
				reduceAll(
					slice,
					more.map(value => event(value)),
				);
				expect({...slice, agents: [...slice.agents]}).toEqual(copy);
			}),
		);
	});

	test('an update with an older revision is dropped', () => {
		const slice = after(
			updated(agent({id: 'a', revision: 5, title: 'new'})),
			updated(agent({id: 'a', revision: 4, title: 'old'})),
		);
		expect(slice.agents.get('a')?.title).toBe('new');
	});

	test('an update of an agent that was never told of is taken', () => {
		expect(after(updated(agent({id: 'late'}))).agents.has('late')).toBe(true);
	});

	test('a removal of an unknown agent changes nothing but the time it was heard', () => {
		const slice = after(snapshot([agent({id: 'a'})]));
		const next = reduce(slice, event(removed('nobody')));
		expect(next.agents).toBe(slice.agents);
		expect(next.counts).toBe(slice.counts);
	});

	test('agents that a snapshot leaves as they were keep their identity', () => {
		const slice = after(snapshot([agent({id: 'a'}), agent({id: 'b'})]));
		const next = reduce(slice, event(snapshot([agent({id: 'a'}), agent({id: 'b', revision: 2})])));
		expect(next.agents.get('a')).toBe(slice.agents.get('a'));
		expect(next.agents.get('b')).not.toBe(slice.agents.get('b'));
	});

	test('a new epoch starts over: its snapshot wins over higher revisions of the old one', () => {
		const slice = after(
			snapshot([agent({id: 'a', revision: 90, state: 'working'})], 'old-90'),
			snapshot([agent({id: 'a', revision: 1, state: 'blocked'})], 'new-1'),
			updated(agent({id: 'a', revision: 2, state: 'done'}), 'new-2'),
		);
		expect(slice.agents.get('a')?.state).toBe('done');
		expect(slice.eventId).toBe('new-2');
	});

	test('a lost link changes no state, and says since when nothing was heard', () => {
		const live = reduceAll(start, [
			{kind: 'link', link: {phase: 'live', since: t0, roundTripMs: 20}, at: t0},
			event(snapshot([agent({id: 'a', state: 'working'})]), t0 + 1000),
		]);
		const error = {code: 'connection-lost', message: 'gone'} as const;
		const lost = reduce(live, {
			kind: 'link',
			link: {phase: 'reconnecting', since: t0 + 21_000, attempt: 1, retryAt: t0 + 22_000, error},
			at: t0 + 21_000,
			heardAt: t0 + 6000,
		});
		expect(lost.agents.get('a')?.state).toBe('working');
		expect(lost.heardAt).toBe(t0 + 6000);
	});

	test('a host whose clock is an hour behind is noticed', () => {
		const stats = {
			load: [0],
			cpus: 1,
			memory: {freeBytes: 1, totalBytes: 1},
			disk: {freeBytes: 1, totalBytes: 1},
			problems: [],
			at: new Date(t0 - 3_600_000).toISOString(),
		};
		const slice = reduce(start, event({id: undefined, event: 'host.stats', data: stats}));
		expect(slice.clockOffsetMs).toBe(3_600_000);
	});

	test('the roll-up is the first state that any agent is in', () => {
		expect(rollUp(start.counts)).toBeUndefined();
		const slice = after(
			snapshot([agent({id: 'a', state: 'working'}), agent({id: 'b', state: 'blocked'})]),
		);
		expect(rollUp(slice.counts)).toBe('blocked');
	});
});
