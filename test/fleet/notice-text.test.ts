import fc from 'fast-check';
import {expect, test} from 'vitest';
import {noticeOf} from '../../source/fleet/notice-text.ts';
import {agent} from '../harness/agents.ts';

const ask = {kind: 'permission', text: 'approve Bash: touch x', id: null, choices: []};

test('one agent is told of by its name and what it waits for', () => {
	expect(noticeOf('dev', [agent({id: 'a', state: 'blocked', attention: ask})])).toEqual({
		title: 'fleet-console: dev',
		body: 'a needs you: approve Bash: touch x',
	});
	expect(noticeOf('dev', [agent({id: 'a', state: 'done'})]).body).toBe('a is done');
});

test('many agents are told of by their number, who is blocked first', () => {
	const many = Array.from({length: 200}, (_, index) =>
		agent({id: `a${index}`, state: index < 150 ? 'done' : 'blocked'}),
	);
	expect(noticeOf('dev', many).body).toBe('50 need you, 150 done: a150, a151, a152, a153 …');
});

test('whatever an agent is called, it is a short line without a field or a sequence of its own', () => {
	fc.assert(
		fc.property(fc.string({unit: 'binary', maxLength: 500}), fc.string(), (name, text) => {
			const notice = noticeOf(name, [
				agent({id: 'a', name, state: 'blocked', attention: {...ask, text}}),
			]);
			for (const part of [notice.title, notice.body]) {
				expect(part).not.toMatch(/[\u0000-\u001F\u007F-\u009F;\u202E]/);
				expect(part.length).toBeGreaterThan(0);
				expect(part.length).toBeLessThanOrEqual(160);
			}
		}),
	);
});

test('a name cannot make a progress report of it', () => {
	expect(noticeOf('dev', [agent({id: 'a', name: '4;1;50', state: 'done'})]).body).toBe(
		'4,1,50 is done',
	);
});
