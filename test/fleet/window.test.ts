import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {select, settle, topPlace} from '../../source/fleet/window.ts';
import {agent} from '../harness/agents.ts';

const list = (...ids: string[]) => ids.map(id => agent({id}));
const anyList = fc
	.uniqueArray(fc.integer({min: 0, max: 40}), {maxLength: 30})
	.map(numbers => list(...numbers.map(String)));

describe('the window of visible rows', () => {
	test('the selection stays on its agent whatever happens to the list', () => {
		fc.assert(
			fc.property(
				anyList,
				anyList,
				fc.nat(40),
				fc.integer({min: 1, max: 12}),
				(a, b, i, height) => {
					const place = select(settle(topPlace, a, height), a, i, height);
					const next = settle(place, b, height);
					if (b.some(one => one.id === place.selectedId)) {
						expect(next.selectedId).toBe(place.selectedId);
					} else if (b.length > 0) {
						expect(b.map(one => one.id)).toContain(next.selectedId);
					}
				},
			),
		);
	});

	test('the selected one is always on the screen, and no row is left empty while there are more', () => {
		fc.assert(
			fc.property(
				anyList,
				anyList,
				fc.nat(40),
				fc.integer({min: 1, max: 12}),
				(a, b, i, height) => {
					const place = settle(select(settle(topPlace, a, height), a, i, height), b, height);
					if (b.length === 0) return;
					expect(place.selectedIndex).toBeGreaterThanOrEqual(place.start);
					expect(place.selectedIndex).toBeLessThan(place.start + height);
					expect(place.start).toBeLessThanOrEqual(Math.max(0, b.length - height));
				},
			),
		);
	});

	test('rows that come in above do not move the selected row', () => {
		const before = list('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j');
		const place = select({...topPlace, start: 3}, before, 5, 4);
		const next = settle(place, list('x', 'y', ...before.map(one => one.id)), 4);
		expect(next.selectedIndex - next.start).toBe(place.selectedIndex - place.start);
	});

	test('when the selected one goes, the one that takes its place is selected', () => {
		const place = select(topPlace, list('a', 'b', 'c'), 1, 10);
		expect(settle(place, list('a', 'c'), 10).selectedId).toBe('c');
		expect(settle(place, list('a'), 10).selectedId).toBe('a');
	});

	test('an empty list forgets nothing: the agent that comes back is selected again', () => {
		const place = settle(select(topPlace, list('a', 'b'), 1, 10), [], 10);
		expect(settle(place, list('a', 'b'), 10).selectedId).toBe('b');
	});
});
