import type {AgentEvidence} from '../../host/arbiter/evidence.ts';
import {describeTool} from '../describe-tool.ts';
import {hookEvidence} from '../hooks/hook-evidence.ts';
import type {HookEvent} from '../kind.ts';

/** What one of Gemini's hooks says. */
export const readGeminiHook = (event: HookEvent): AgentEvidence[] => {
	const {payload} = event;
	const session = typeof payload['session_id'] === 'string' ? {session: payload['session_id']} : {};
	switch (event.event) {
		case 'BeforeAgent':
			return [{...hookEvidence(event, 'working'), ...session}];
		case 'AfterAgent':
			// Interrupted or failed: which of them, only the transcript tells.
			return [
				{
					...hookEvidence(event, payload['prompt_response'] === noResponse ? 'idle' : 'done'),
					...session,
				},
			];
		case 'Notification':
			return payload['notification_type'] === 'ToolPermission' ? [asked(event)] : [];
		default:
			return [hookEvidence(event, null)];
	}
};

const noResponse = '[no response text]';

const asked = (event: HookEvent): AgentEvidence => {
	const details = (event.payload['details'] ?? {}) as Record<string, unknown>;
	const question = details['type'] === 'ask_user';
	const text = question
		? 'it asks a question'
		: describeTool(names[String(details['type'])] ?? 'a tool', {
				command: details['command'],
				file_path: details['filePath'] ?? details['fileName'],
				url: Array.isArray(details['urls']) ? details['urls'][0] : undefined,
			});
	return {
		...hookEvidence(event, 'blocked'),
		detail: text,
		attention: {kind: question ? 'question' : 'permission', text, id: event.id, choices: []},
	};
};

const names: Record<string, string> = {exec: 'Shell', edit: 'Edit', info: 'Fetch', mcp: 'MCP tool'};
