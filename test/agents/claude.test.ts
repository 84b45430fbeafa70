import {expect, test} from 'vitest';
import {readClaudeHook} from '../../source/agents/claude/read-hook.ts';
import {parseSessionFile, sessionEvidence} from '../../source/agents/claude/session-file.ts';
import {readClaudeStart} from '../../source/agents/claude/start-screen.ts';
import {readClaudeTranscript} from '../../source/agents/claude/transcript.ts';
import type {HookEvent} from '../../source/agents/kind.ts';
import {agentKind} from '../../source/agents/registry.ts';

const file = (fields: Record<string, unknown>) =>
	JSON.stringify({
		pid: 7,
		procStart: '42',
		version: '2.1.328',
		sessionId: 's1',
		status: 'idle',
		statusUpdatedAt: 1000,
		name: 'app-52',
		nameSource: 'derived',
		...fields,
	});

test('a session file tells the state, the session, and what it waits for', () => {
	const waiting = parseSessionFile(file({status: 'waiting', waitingFor: 'input needed'}), {
		startedAt: '42',
	});
	expect(sessionEvidence(waiting!, 2000)).toMatchObject({
		state: 'blocked',
		at: 1000,
		session: 's1',
		attention: {kind: 'question'},
	});
	expect(sessionEvidence(waiting!, 2000)).not.toHaveProperty('title');
});

test.each([
	['of a process that has its pid now', file({}), '43'],
	['of a process that is gone', file({}), null],
	['of a version that kept it differently', file({version: '2.1.138'}), '42'],
	['that is cut', file({}).slice(0, 40), '42'],
	['without a status', file({status: 7}), '42'],
])('a session file %s is ignored', (_, text, startedAt) => {
	expect(parseSessionFile(text, {startedAt})).toBeNull();
});

test('a status that is not known yet says nothing', () => {
	const later = parseSessionFile(file({status: 'dreaming', version: '3.0.0'}), {startedAt: '42'});
	expect(sessionEvidence(later!, 1).state).toBeNull();
});

const hook = (event: string, payload: Record<string, unknown> = {}): HookEvent => ({
	event,
	id: `${event}.12`,
	payload,
	at: 5,
});

test('a permission names the tool, can be answered, and is over when the tool has run', () => {
	const call = {tool_name: 'Bash', tool_input: {command: 'touch x', description: 'd'}};
	const [asked] = readClaudeHook(hook('PermissionRequest', call));
	expect(asked).toMatchObject({
		state: 'blocked',
		attention: {
			kind: 'permission',
			text: 'approve Bash: touch x',
			id: 'PermissionRequest.12',
			choices: [{id: 'allow'}, {id: 'deny'}],
		},
	});
	const [over] = readClaudeHook(hook('PostToolUse', {...call, tool_response: 'much'}));
	expect(over).toMatchObject({clears: true, record: asked!.record});
	const [other] = readClaudeHook(hook('PostToolUse', {...call, tool_name: 'Read'}));
	expect(other!.record).not.toBe(asked!.record);
});

test('a question shows its choices; several at once show none that could be half an answer', () => {
	const question = {question: 'Which colour?', options: [{label: 'Red'}, {label: 'Blue'}]};
	const ask = (questions: unknown[]) =>
		readClaudeHook(
			hook('PermissionRequest', {tool_name: 'AskUserQuestion', tool_input: {questions}}),
		)[0]?.attention;
	expect(ask([question])).toMatchObject({
		kind: 'question',
		text: 'Which colour?',
		choices: [
			{id: '1', label: 'Red'},
			{id: '2', label: 'Blue'},
		],
	});
	expect(ask([question, question])?.choices).toEqual([]);
	expect(ask([{...question, multiSelect: true}])?.choices).toEqual([]);
});

test('a failed turn says why', () => {
	const evidence = readClaudeHook(
		hook('StopFailure', {last_assistant_message: 'API Error: 400 no', error: 'invalid_request'}),
	);
	expect(evidence.at(-1)).toMatchObject({
		state: 'done',
		attention: {kind: 'error', text: 'API Error: 400 no'},
	});
});

test('tokens are added up once an answer, though it is written in several lines', () => {
	const read = readClaudeTranscript();
	const line = (id: string, output: number) => ({
		type: 'assistant',
		message: {id, model: 'm', usage: {input_tokens: 100, output_tokens: output}},
	});
	read(line('a', 1), true);
	read(line('a', 10), true);
	expect(read(line('b', 5), true)[0]).toMatchObject({model: 'm', usage: {tokens: 215}});
	expect(read(line('b', 5), false)[0]?.usage).toBeUndefined();
});

test.each([
	['trust', 'permission', 'Do you trust the files in this folder?'],
	['login', 'auth', ' Select login method:'],
])('its %s dialog is known by its screen', (_, kind, line) => {
	expect(readClaudeStart(['', line])?.kind).toBe(kind);
	expect(readClaudeStart(['> type here'])).toBeNull();
});

test('who says always sees to what', () => {
	const rules = [
		{toolName: 'Bash', ruleContent: 'npm run *'},
		{toolName: 'WebFetch', ruleContent: undefined},
	];
	const suggestions = [
		{type: 'addRules', rules, behavior: 'allow', destination: 'localSettings'},
		{type: 'addDirectories', directories: ['/srv'], destination: 'session'},
		{type: 'setMode', mode: 'acceptEdits', destination: 'session'},
	];
	const call = {tool_name: 'Bash', tool_input: {command: 'npm run build'}};
	const [asked] = readClaudeHook(
		hook('PermissionRequest', {...call, permission_suggestions: suggestions}),
	);
	expect(asked?.attention?.choices.map(({label}) => label)).toEqual([
		'Yes',
		'Yes, and always: Bash(npm run *), WebFetch, in /srv, acceptEdits mode',
		'No',
	]);
	const [plain] = readClaudeHook(hook('PermissionRequest', call));
	expect(plain?.attention?.choices.map(({id}) => id)).toEqual(['allow', 'deny']);
});

test('its title is what the session is about, once it has a name', () => {
	const read = (title: string) => agentKind('claude').readTitle!(title).title;
	expect(read('✳ Rewrite the guide')).toBe('Rewrite the guide');
	expect(read('✳ Claude Code')).toBeNull();
	expect(read('✳ ')).toBeNull();
});
