import type {AgentEvidence} from '../../host/arbiter/evidence.ts';
import {describeTool, questionAttention, readQuestions} from '../describe-tool.ts';
import {failureOf} from '../hooks/failure.ts';
import {hookEvidence} from '../hooks/hook-evidence.ts';
import type {HookEvent} from '../kind.ts';

/** What one of Qwen's hooks says. */
export const readQwenHook = (event: HookEvent): AgentEvidence[] => {
	const {payload} = event;
	const session = typeof payload['session_id'] === 'string' ? {session: payload['session_id']} : {};
	switch (event.event) {
		case 'UserPromptSubmit':
			return [{...hookEvidence(event, 'working'), ...session}];
		case 'Stop':
			return [{...hookEvidence(event, 'done'), ...session}];
		case 'StopFailure':
			return [
				{
					...hookEvidence(event, 'done'),
					...session,
					attention: failureOf(payload),
				},
			];
		case 'PermissionRequest':
			return [asked(event)];
		default:
			return [hookEvidence(event, null)];
	}
};

const asked = (event: HookEvent): AgentEvidence => {
	const {payload, id} = event;
	const tool = String(payload['tool_name'] ?? 'a tool');
	const attention =
		tool === 'ask_user_question'
			? {...questionAttention(id, readQuestions(payload['tool_input'])), choices: []}
			: {
					kind: 'permission',
					text: describeTool(tool === 'run_shell_command' ? 'Shell' : tool, payload['tool_input']),
					id,
					choices: [],
				};
	return {...hookEvidence(event, 'blocked'), detail: attention.text, attention};
};
