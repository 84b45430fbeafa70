import {describe, expect, test} from 'vitest';
import {createFleetStore, frameMs, type StoreTimers} from '../../source/fleet/store.ts';
import {agent, snapshot, updated} from '../harness/agents.ts';
import type {FleetEvent} from '../../source/protocol/event.ts';

const handClock = () => {
	let now = 1_000_000;
	let due: Array<{at: number; callback: () => void}> = [];
	const timers: StoreTimers = {
		now: () => now,
		setTimeout(callback, ms) {
			const timer = {at: now + ms, callback};
			due.push(timer);
			return timer;
		},
		clearTimeout(timer) {
			due = due.filter(one => one !== timer);
		},
	};
	return {
		timers,
		advance(ms: number) {
			now += ms;
			for (const timer of due.filter(one => one.at <= now)) {
				due = due.filter(one => one !== timer);
				timer.callback();
			}
		},
		pending: () => due.length,
	};
};

const setUp = () => {
	const clock = handClock();
	const store = createFleetStore('dev', clock.timers);
	let notified = 0;
	store.subscribe(() => {
		notified++;
	});
	const push = (event: FleetEvent) => store.push({kind: 'event', event, at: clock.timers.now()});
	return {clock, store, push, notified: () => notified};
};

const names = (store: ReturnType<typeof createFleetStore>) =>
	store
		.order()
		.map(one => one.id)
		.join(' ');

describe('the fleet store', () => {
	test('shows the first change at once, and those that follow with the next frame', () => {
		const {clock, store, push, notified} = setUp();
		push(snapshot([agent({id: 'a'})]));
		expect(notified()).toBe(1);
		for (let revision = 2; revision < 100; revision++) push(updated(agent({id: 'a', revision})));
		expect(notified()).toBe(1);
		clock.advance(frameMs);
		expect(notified()).toBe(2);
		expect(store.get().agents.get('a')?.revision).toBe(99);
	});

	test('shows what moves on and on ten times a second', () => {
		const {clock, push, notified} = setUp();
		let revision = 1;
		const storm = (ms: number) => {
			for (let i = 0; i < ms; i++) {
				push(updated(agent({id: 'a', revision: revision++})));
				clock.advance(1);
			}
		};

		storm(1000);
		const before = notified();
		storm(1000);
		expect(notified() - before).toBe(10);
		clock.advance(1000);
		const calm = notified();
		storm(100);
		expect(notified() - calm).toBe(3);
	});

	test('lets no change wait for a storm where a few come close to each other', () => {
		const {clock, push, notified} = setUp();
		for (let revision = 1; revision <= 20; revision++) {
			const before = notified();
			push(updated(agent({id: 'a', revision})));
			clock.advance(frameMs);
			expect(notified()).toBe(before + 1);
			clock.advance(20);
		}
	});

	test('shows what waits at once after a key', () => {
		const {store, push, notified} = setUp();
		push(snapshot([agent({id: 'a'})]));
		push(updated(agent({id: 'a', revision: 2})));
		store.flush();
		expect(notified()).toBe(2);
	});

	test('tells nobody when nothing changed', () => {
		const {clock, store, notified} = setUp();
		store.push({kind: 'clock', now: clock.timers.now()});
		clock.advance(frameMs);
		expect(notified()).toBe(0);
	});

	test('keeps the order still while it is held, and sorts it after', () => {
		const {clock, store, push} = setUp();
		push(snapshot(['a', 'b', 'c'].map(id => agent({id}))));
		store.hold(clock.timers.now() + 1000);
		clock.advance(100);
		push(updated(agent({id: 'c', revision: 2, state: 'blocked'})));
		expect(names(store)).toBe('a b c');
		clock.advance(1000);
		expect(names(store)).toBe('c a b');
	});

	test('leaves no timer behind', () => {
		const {clock, store, push, notified} = setUp();
		push(snapshot([]));
		push(snapshot([agent({id: 'a'})]));
		store.hold(clock.timers.now() + 1000);
		store.close();
		expect(clock.pending()).toBe(0);
		clock.advance(10_000);
		expect(notified()).toBe(1);
	});
});
