import {expect, test} from 'vitest';
import {decide} from '../../source/handlers/policy.ts';
import type {Config} from '../../source/config/config.ts';

const handlers = (policy: 'allow' | 'ask' | 'deny'): Config['handlers'] => ({
	web: {command: null, policy},
	ide: {command: null, tool: null, policy},
	diff: {command: null, policy},
});

test.each(['allow', 'ask'] as const)('%s is what the person configured', policy => {
	expect(decide({kind: 'web', argument: 'https://example.com'}, handlers(policy))).toEqual({
		verdict: policy,
	});
	expect(decide({kind: 'ide', argument: '/a/b.ts:3:4'}, handlers(policy))).toEqual({
		verdict: policy,
	});
	expect(decide({kind: 'diff', argument: '/a'}, handlers(policy))).toEqual({verdict: policy});
});

test('deny says whose decision it was', () => {
	expect(decide({kind: 'web', argument: 'https://example.com'}, handlers('deny'))).toMatchObject({
		verdict: 'deny',
		reason: expect.stringContaining('configuration'),
	});
});

test.each([
	['web', 'javascript:alert(1)'],
	['web', 'http://127.0.0.9:80/'],
	['ide', 'relative.ts'],
	['ide', '/a\u001B[2J'],
	['diff', `/${'a'.repeat(5000)}`],
] as const)('%s %j is refused under every policy', (kind, argument) => {
	for (const policy of ['allow', 'ask', 'deny'] as const) {
		expect(decide({kind, argument}, handlers(policy)).verdict).toBe('refuse');
	}
});
