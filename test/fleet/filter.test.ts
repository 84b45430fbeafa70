import {describe, expect, test} from 'vitest';
import {parseFilter} from '../../source/fleet/filter.ts';
import {agent} from '../harness/agents.ts';

const architect = agent({
	id: '1',
	name: 'the-architect',
	role: 'lead',
	title: 'Rewrites the guide',
	state: 'blocked',
});

describe('the filter', () => {
	test.each([
		['archi', true],
		['ARCHI', true],
		['lead', true],
		['guide', true],
		['blocked', true],
		['claude', true],
		['tarc', true],
		['tct', true],
		['zz', false],
		['archi blocked', true],
		['archi idle', false],
		['!idle', true],
		['!blocked', false],
		['edg', false],
	])('%s: %s', (query, matches) => {
		expect(parseFilter(query)!(architect)).toBe(matches);
	});

	test('of nothing but white space is none', () => {
		expect(parseFilter('  ')).toBeUndefined();
		expect(parseFilter('!')).toBeUndefined();
	});
});
