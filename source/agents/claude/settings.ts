import path from 'node:path';
import type {LaunchContext} from '../kind.ts';
import {hookCommand, relayFiles} from '../hooks/relay-script.ts';
import {keyCommandLine, keyFiles} from '../keys/key-pipe.ts';
import {statusLine} from './status-line.ts';

// What the session file does not tell: what is asked, how a turn ended. Only the question's hook is
// waited for, and Claude draws its dialog meanwhile; whichever is answered first counts.
const told = ['UserPromptSubmit', 'Stop', 'StopFailure', 'PostToolUse', 'PostToolUseFailure'];
const aDay = 86_400;

export const settingsFile = (scratch: string): string => path.join(scratch, 'claude.json');

/** Claude sends what its helper prints as either kind of key; it has one helper, and the key is its first choice. */
export const claudeKey = (secrets: readonly string[]): string | undefined =>
	['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN'].find(name => secrets.includes(name));

/**
 * The settings of one launch: hooks and the helper that asks for `key`, merged by Claude with the person's
 * own, and a status line that keeps theirs.
 */
export const settingsFiles = (context: LaunchContext, key?: string): Record<string, string> => {
	const {scratch} = context;
	const status = statusLine(context);
	const hook = (event: string, options: {ask?: boolean; timeout: number}) => [
		{
			hooks: [
				{
					type: 'command',
					command: hookCommand(scratch, event, options),
					timeout: options.timeout,
				},
			],
		},
	];
	return {
		...relayFiles(scratch),
		...(key ? keyFiles(scratch, key) : {}),
		...status.files,
		[settingsFile(scratch)]: JSON.stringify({
			...(key ? {apiKeyHelper: keyCommandLine(scratch, key)} : {}),
			statusLine: status.setting,
			hooks: {
				...Object.fromEntries(told.map(event => [event, hook(event, {timeout: 10})])),
				PermissionRequest: hook('PermissionRequest', {ask: true, timeout: aDay}),
			},
		}),
	};
};
