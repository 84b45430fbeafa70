import fc from 'fast-check';
import {expect, test} from 'vitest';
import {parseProgramStatus} from '../../../source/host/arbiter/program-status.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');

test('reads a whole report', () => {
	const payload = `state=blocked:kind=permission:app=codex:id=build/test:progress=40:title=${base64('Build')}:msg=${base64('Approve “rm”?')}`;
	expect(parseProgramStatus(payload)).toEqual({
		state: 'blocked',
		kind: 'permission',
		app: 'codex',
		id: 'build/test',
		progress: 40,
		title: 'Build',
		message: 'Approve “rm”?',
	});
});

test('ignores fields that it does not know, and a kind of no blocked report', () => {
	expect(parseProgramStatus('state=working:kind=permission:later=1')).toMatchObject({
		state: 'working',
		kind: null,
	});
});

test('takes base64 without padding', () => {
	expect(parseProgramStatus('state=done:msg=YQ')?.message).toBe('a');
});

test.each([
	['a query', '?'],
	['nothing', ''],
	['no state', 'app=codex'],
	['an unknown state', 'state=happy'],
	['a field twice', 'state=idle:state=working'],
	['a field without a value', 'state=idle:blocked'],
	['broken base64', 'state=idle:msg=a'],
	['base64 of no UTF-8', 'state=idle:msg=/w=='],
	['a record with empty segments', 'state=idle:id=a//b'],
	['more than 4096 bytes', `state=idle:x=${'y'.repeat(4096)}`],
])('refuses %s', (_, payload) => {
	expect(parseProgramStatus(payload)).toBeUndefined();
});

test('never throws, and lets no control character through', () => {
	fc.assert(
		fc.property(fc.string({unit: 'binary'}), fc.string(), (text, tail) => {
			parseProgramStatus(tail);
			const read = parseProgramStatus(`state=idle:msg=${base64(text.toWellFormed())}`);
			expect(read?.message ?? '').not.toMatch(/[\u0000-\u001F\u007F-\u009F]/);
		}),
	);
});
