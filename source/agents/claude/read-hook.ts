import {createHash} from 'node:crypto';
import type {AgentEvidence} from '../../host/arbiter/evidence.ts';
import {describeTool, questionAttention, readQuestions} from '../describe-tool.ts';
import type {HookEvent} from '../kind.ts';
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
						...(hasSuggestions(payload) ? [{id: 'always', label: 'Yes, and always'}] : []),
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

export const hasSuggestions = (payload: Readonly<Record<string, unknown>>): boolean =>
	Array.isArray(payload['permission_suggestions']) && payload['permission_suggestions'].length > 0;
