import {createHash} from 'node:crypto';
import type {AgentEvidence} from '../../host/arbiter/evidence.ts';
import {describeTool, questionAttention, readQuestions} from '../describe-tool.ts';
import type {HookEvent} from '../kind.ts';
import {plainText} from '../../protocol/text.ts';
import {failureOf} from '../hooks/failure.ts';
import {hookEvidence} from '../hooks/hook-evidence.ts';

/** What one of Claude's hooks says; a question is a record of its own until its tool has run. */
export const readClaudeHook = (event: HookEvent): AgentEvidence[] => {
	const {payload} = event;
	const session = typeof payload['session_id'] === 'string' ? {session: payload['session_id']} : {};
	switch (event.event) {
		case 'UserPromptSubmit':
			return [allAnswered(event), {...hookEvidence(event, 'working'), ...session}];
		case 'Stop':
			return [allAnswered(event), {...hookEvidence(event, 'done'), ...session}];
		case 'StopFailure':
			return [
				allAnswered(event),
				{...hookEvidence(event, 'done'), ...session, attention: failureOf(payload)},
			];
		case 'PermissionRequest':
			return [asked(event)];
		case 'PostToolUse':
		case 'PostToolUseFailure':
			return [{...hookEvidence(event, null), record: recordOf(event), clears: true}];
		default:
			return [hookEvidence(event, null)];
	}
};

/** Where every question of Claude's stands; `clears` on it takes them all away. */
export const questionRecord = 'question';

const allAnswered = (event: HookEvent): AgentEvidence => ({
	...hookEvidence(event, null),
	record: questionRecord,
	clears: true,
});

// The request does not carry the tool call's id, so a call is known by what it is.
const recordOf = ({payload}: HookEvent): string =>
	`${questionRecord}/${createHash('sha256')
		.update(JSON.stringify([payload['tool_name'], payload['tool_input']]))
		.digest('hex')
		.slice(0, 16)}`;

const asked = (event: HookEvent): AgentEvidence => {
	const {payload, id} = event;
	const tool = typeof payload['tool_name'] === 'string' ? payload['tool_name'] : 'a tool';
	const attention =
		tool === 'AskUserQuestion'
			? questionAttention(id, readQuestions(payload['tool_input']))
			: {
					kind: 'permission',
					text:
						tool === 'ExitPlanMode'
							? 'approve its plan'
							: describeTool(tool, payload['tool_input']),
					id,
					choices: [
						{id: 'allow', label: 'Yes'},
						...(hasSuggestions(payload) ? [{id: 'always', label: alwaysLabel(payload)}] : []),
						{id: 'deny', label: 'No'},
					],
				};
	return {
		...hookEvidence(event, 'blocked'),
		record: recordOf(event),
		detail: attention.text,
		attention,
	};
};

const hasSuggestions = (payload: Readonly<Record<string, unknown>>): boolean =>
	Array.isArray(payload['permission_suggestions']) && payload['permission_suggestions'].length > 0;

/** A person who says "always" must see to what. */
const alwaysLabel = (payload: Readonly<Record<string, unknown>>): string => {
	const what = (payload['permission_suggestions'] as unknown[]).flatMap(describeSuggestion);
	return plainText(['Yes, and always', what.join(', ')].filter(Boolean).join(': '), 200);
};

type Suggestion = {type?: unknown; rules?: unknown; mode?: unknown; directories?: unknown};
type Rule = {toolName?: unknown; ruleContent?: unknown};

const describeSuggestion = (value: unknown): string[] => {
	const {rules, mode, directories} = (value ?? {}) as Suggestion;
	if (Array.isArray(rules)) {
		return (rules as Rule[]).map(({toolName, ruleContent}) =>
			typeof ruleContent === 'string' ? `${String(toolName)}(${ruleContent})` : String(toolName),
		);
	}

	if (Array.isArray(directories)) return directories.map(folder => `in ${String(folder)}`);
	return typeof mode === 'string' ? [`${mode} mode`] : [];
};
