import type {AgentEvidence} from '../../host/arbiter/evidence.ts';
import {strength} from '../../host/arbiter/rules.ts';
import {plainText} from '../../protocol/text.ts';
import {describeTool, questionAttention, readQuestions} from '../describe-tool.ts';

type Fields = Readonly<Record<string, unknown>>;

const fields = (value: unknown): Fields =>
	typeof value === 'object' && value !== null ? (value as Fields) : {};
const word = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** What one line of Codex's rollout (the session's log) says; pure. `now` in milliseconds. */
export const readRollout = (line: Fields, now: number): AgentEvidence[] => {
	const payload = fields(line['payload']);
	const at = Math.min(Date.parse(word(line['timestamp']) ?? '') || now, now);
	const base = {source: 'rollout', at, expiresAt: null};
	switch (line['type']) {
		case 'session_meta':
			return [
				{
					...base,
					record: 'session',
					state: null,
					strength: strength.none,
					detail: `session of Codex ${word(payload['cli_version']) ?? ''}`.trim(),
					session: word(payload['id']),
				},
			];
		case 'turn_context':
			return [
				{
					...base,
					record: 'model',
					state: null,
					strength: strength.none,
					detail: 'its model',
					model: word(payload['model']),
				},
			];
		case 'event_msg':
			return readEvent(payload, base);
		case 'response_item':
			return readItem(payload, base);
		default:
			return [];
	}
};

type Base = Pick<AgentEvidence, 'source' | 'at' | 'expiresAt'>;

const readEvent = (payload: Fields, base: Base): AgentEvidence[] => {
	const turn = (state: 'working' | 'done' | 'idle', detail: string) => ({
		...base,
		state,
		strength: strength.sessionFile,
		detail,
	});
	const over = noQuestion(base);
	switch (payload['type']) {
		case 'task_started':
			return [over, turn('working', 'a turn began')];
		case 'task_complete': {
			const error = word(fields(payload['error'])['message']);
			return [
				over,
				{
					...turn('done', error === null ? 'a turn ended' : 'a turn failed'),
					attention:
						error === null ? null : {kind: 'error', text: failure(error), id: null, choices: []},
				},
			];
		}

		case 'turn_aborted':
			return [over, turn('idle', 'a turn was interrupted')];
		case 'token_count': {
			const total = fields(fields(payload['info'])['total_token_usage'])['total_tokens'];
			return typeof total === 'number'
				? [
						{
							...base,
							record: 'usage',
							state: null,
							strength: strength.none,
							detail: `${total} tokens`,
							usage: {cost: null, tokens: total},
						},
					]
				: [];
		}

		default:
			return [];
	}
};

/** A call without its output is what a question on the screen is about. */
const readItem = (payload: Fields, base: Base): AgentEvidence[] => {
	const call = word(payload['call_id']);
	if (call === null) return [];
	if (word(payload['type'])?.endsWith('_call_output')) return [noQuestion(base)];
	if (!word(payload['type'])?.endsWith('_call')) return [];
	const name = word(payload['name']) ?? 'a tool';
	const input = parse(payload['arguments']);
	const attention =
		name === 'request_user_input'
			? questionAttention(call, readQuestions(input))
			: {
					kind: 'permission',
					text: describeTool(toolNames[name] ?? name, input),
					id: call,
					choices: [],
				};
	return [
		{
			...base,
			record: 'question',
			state: null,
			strength: strength.hint,
			detail: `calls ${attention.text}`,
			attention,
		},
	];
};

const toolNames: Record<string, string> = {
	exec_command: 'shell',
	shell_command: 'shell',
	local_shell: 'shell',
	apply_patch: 'changes',
};

const noQuestion = (base: Base): AgentEvidence => ({
	...base,
	record: 'question',
	state: null,
	strength: strength.none,
	detail: 'no call is open',
	clears: true,
});

const parse = (text: unknown): unknown => {
	try {
		return JSON.parse(String(text));
	} catch {
		return undefined;
	}
};

/** A provider's error is often JSON around one sentence. */
const failure = (message: string): string => {
	const inner = fields(fields(parse(message))['error'])['message'];
	return plainText(word(inner) ?? message, 400);
};
