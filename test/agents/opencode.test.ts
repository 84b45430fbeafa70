import {expect, test} from 'vitest';
import {
	applyEvent,
	emptyOpencode,
	fromLists,
	opencodeEvidence,
	type Opencode,
} from '../../source/agents/opencode/model.ts';

const event = (type: string, properties: object) => ({type, properties});
const status = (type: string, sessionID = 's') =>
	event('session.status', {sessionID, status: {type, message: 'overloaded'}});
const after = (...events: object[]): Opencode => events.reduce(applyEvent, emptyOpencode);
const state = (known: Opencode) => opencodeEvidence(known, 0).state;
const asked = event('permission.asked', {
	id: 'per_1',
	sessionID: 's',
	permission: 'bash',
	patterns: ['touch x'],
	metadata: {command: 'touch x'},
});

test('who says always sees to what', () => {
	const {properties} = asked as {properties: object};
	const labels = (more: object) =>
		opencodeEvidence(
			applyEvent(emptyOpencode, {type: 'permission.asked', properties: {...properties, ...more}}),
			1,
		).attention?.choices.map(({label}) => label);
	expect(labels({always: ['touch *', 'ls *']})).toContain('Allow always: touch *, ls *');
	expect(labels({})).toContain('Allow always');
});

test('a turn is idle, busy, done', () => {
	expect(state(emptyOpencode)).toBe('idle');
	expect(state(after(status('busy')))).toBe('working');
	expect(state(after(status('busy'), status('idle')))).toBe('done');
	expect(state(after(status('busy'), status('retry')))).toBe('working');
});

test('a permission blocks although the session is busy, until it is replied', () => {
	const known = after(status('busy'), asked);
	expect(opencodeEvidence(known, 0)).toMatchObject({
		state: 'blocked',
		attention: {id: 'per_1', kind: 'permission', text: 'approve bash: touch x'},
	});
	const replied = event('permission.replied', {sessionID: 's', requestID: 'per_1'});
	expect(state(applyEvent(known, replied))).toBe('working');
});

test('an error stays with the turn that it ended, an interruption is none', () => {
	const failed = event('session.error', {error: {name: 'APIError', data: {message: 'no'}}});
	expect(opencodeEvidence(after(status('busy'), failed, status('idle')), 0)).toMatchObject({
		state: 'done',
		attention: {kind: 'error', text: 'no'},
	});
	expect(state(after(status('busy'), failed, status('idle'), status('busy')))).toBe('working');
	const aborted = event('session.error', {error: {name: 'MessageAbortedError'}});
	expect(state(after(status('busy'), aborted, status('idle')))).toBe('idle');
});

test('a helper’s session speaks for its parent', () => {
	const child = event('session.created', {info: {id: 'c', parentID: 's', title: 'helper'}});
	const known = after(
		event('session.updated', {
			info: {id: 's', title: 'Fix it', cost: 0.5, tokens: {input: 4, output: 1}, model: {id: 'm'}},
		}),
		child,
		status('busy', 'c'),
	);
	expect(opencodeEvidence(known, 0)).toMatchObject({
		state: 'working',
		session: 's',
		title: 'Fix it',
		model: 'm',
		usage: {cost: 0.5, tokens: 5},
	});
});

test('lists tell what events that were missed would have', () => {
	const lists = {sessions: [], status: {}, permissions: [], questions: [], since: 100};
	expect(state(fromLists(after(status('busy'), asked), lists))).toBe('done');
	const questions = [
		{id: 'que_1', questions: [{question: 'Which?', options: [{label: 'A'}, {label: 'B'}]}]},
	];
	expect(opencodeEvidence(fromLists(emptyOpencode, {...lists, questions}), 0)).toMatchObject({
		state: 'blocked',
		attention: {id: 'que_1', choices: [{label: 'A'}, {label: 'B'}]},
	});
	const over = [{id: 's', time: {updated: 150}}];
	expect(state(fromLists(emptyOpencode, {...lists, sessions: over}))).toBe('done');
	const older = [{id: 's', time: {updated: 50}}];
	expect(state(fromLists(emptyOpencode, {...lists, sessions: older}))).toBe('idle');
});

test.each([null, 7, {}, {type: 'session.status'}, {type: 'permission.asked', properties: []}])(
	'%j changes nothing',
	odd => {
		expect(applyEvent(emptyOpencode, odd)).toEqual(emptyOpencode);
	},
);
