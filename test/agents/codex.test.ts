import {expect, test} from 'vitest';
import {readRollout} from '../../source/agents/codex/rollout.ts';
import {codex} from '../../source/agents/codex/codex.ts';

const at = '2026-11-20T12:43:05.709Z';
const now = Date.parse(at) + 100;
const line = (type: string, payload: object) => ({timestamp: at, type, payload});

test('a turn works, ends, fails or is interrupted', () => {
	const state = (payload: object) =>
		readRollout(line('event_msg', payload), now).find(({record}) => record === undefined);
	expect(state({type: 'task_started'})).toMatchObject({state: 'working', at: Date.parse(at)});
	expect(state({type: 'task_complete'})).toMatchObject({state: 'done', attention: null});
	expect(state({type: 'turn_aborted'})?.state).toBe('idle');
	expect(
		state({
			type: 'task_complete',
			error: {message: '{"type":"error","error":{"message":"scripted failure"}}'},
		}),
	).toMatchObject({state: 'done', attention: {kind: 'error', text: 'scripted failure'}});
});

test('a call without its output is what it would ask for, and no state', () => {
	const call = {
		type: 'function_call',
		call_id: 'call_1',
		name: 'exec_command',
		arguments: '{"cmd":"touch q"}',
	};
	const [asked] = readRollout(line('response_item', call), now);
	expect(asked).toMatchObject({
		state: null,
		attention: {id: 'call_1', text: 'approve shell: touch q', kind: 'permission'},
	});
	const [over] = readRollout(
		line('response_item', {type: 'function_call_output', call_id: 'call_1'}),
		now,
	);
	expect(over).toMatchObject({clears: true, record: asked!.record});
});

test('session, model and tokens are read', () => {
	expect(readRollout(line('session_meta', {id: 's'}), now)[0]?.session).toBe('s');
	expect(readRollout(line('turn_context', {model: 'm'}), now)[0]?.model).toBe('m');
	const count = {type: 'token_count', info: {total_token_usage: {total_tokens: 220}}};
	expect(readRollout(line('event_msg', count), now)[0]?.usage?.tokens).toBe(220);
});

test.each([{}, {type: 'event_msg'}, {type: 'response_item', payload: 7}, {type: 'x', payload: {}}])(
	'%j says nothing',
	odd => {
		expect(readRollout(odd, now)).toEqual([]);
	},
);

test('its title tells when nothing else does', () => {
	expect(codex.readTitle!('⠹ app')).toEqual({state: null, title: 'app'});
	expect(codex.readTitle!('[ ! ] Action Required | app')).toEqual({state: 'blocked', title: 'app'});
	expect(codex.readTitle!('app')).toEqual({state: null, title: 'app'});
});
