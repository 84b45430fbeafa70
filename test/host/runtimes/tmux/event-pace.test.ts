import {expect, test} from 'vitest';
import type {RuntimeEvent} from '../../../../source/host/runtimes/runtime.ts';
import {EventPace} from '../../../../source/host/runtimes/tmux/event-pace.ts';

const paced = () => {
	const seen: string[] = [];
	const pace = new EventPace((event: RuntimeEvent) => {
		seen.push(event.kind === 'osc' ? event.payload : event.kind);
	});
	const push = (payload: string, now = 0) => pace.push({kind: 'osc', id: 'a', payload}, now);
	return {seen, pace, push};
};

test('of too many reports the last counts, and the others are counted', () => {
	const {seen, pace, push} = paced();
	for (let n = 0; n < 10_000; n++) push(`7501;state=working:n=${n}`, n / 10);
	pace.flush();
	expect(seen.at(-1)).toBe('7501;state=working:n=9999');
	expect(seen.length).toBeLessThan(80);
	expect(seen.length + pace.takeDropped()).toBe(10_000);
	expect(pace.takeDropped()).toBe(0);
});

test('a part that reports without end hides no other part, nor the program itself', () => {
	const {seen, pace, push} = paced();
	for (let n = 0; n < 100; n++) push('7501;state=working:id=part');
	push('7501;id=other:state=blocked');
	push('7501;state=done');
	for (let n = 0; n < 100; n++) push('7501;state=working:id=part');
	pace.flush();
	expect(seen).toContain('7501;id=other:state=blocked');
	expect(seen).toContain('7501;state=done');
});

test('parts without end cost no memory', () => {
	const {seen, pace, push} = paced();
	for (let n = 0; n < 5000; n++) push(`7501;state=working:id=p${n}`);
	pace.flush();
	expect(seen.length).toBeLessThan(200);
	expect(pace.takeDropped()).toBe(5000 - seen.length);
});
