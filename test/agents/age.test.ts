import {expect, test} from 'vitest';
import {isAtLeast, tooOld} from '../../source/agents/age.ts';
import {claude} from '../../source/agents/claude/claude.ts';
import {codex} from '../../source/agents/codex/codex.ts';

test.each([
	['2.1.198', '2.1.198', true],
	['2.1.197', '2.1.198', false],
	['2.1.1000', '2.1.198', true],
	['2.2.0', '2.1.198', true],
	['1.99.999', '2.1.198', false],
	['3', '2.1.198', true],
	['2.1', '2.1.198', false],
	['0.21.2-preview.1', '0.21.2', true],
])('%s is at least %s: %s', (version, least, expected) => {
	expect(isAtLeast(version, least)).toBe(expected);
});

test('an old program is named with how to mend it', () => {
	expect(tooOld(claude, '2.1.197')).toEqual({
		problem:
			'claude 2.1.197 is older than 2.1.198: what it tells of its state may not be understood',
		mend: 'npm i -g @anthropic-ai/claude-code, with Node 22 or newer: npm picks an old version for an old Node',
	});
});

test('nothing is said of a new program, of an age that is not known, or of a kind without a limit', () => {
	expect(tooOld(claude, '2.1.328')).toBeNull();
	for (const version of [undefined, null, '', 'command not found']) {
		expect(tooOld(claude, version)).toBeNull();
	}

	expect(tooOld(codex, '0.0.1')).toBeNull();
});
