import path from 'node:path';
import {hookCommand, relayFiles} from '../hooks/relay-script.ts';

// What the session file does not tell: what is asked, how a turn ended. Only the question's hook is
// waited for, and Claude draws its dialog meanwhile; whichever is answered first counts.
const told = ['UserPromptSubmit', 'Stop', 'StopFailure', 'PostToolUse', 'PostToolUseFailure'];
const aDay = 86_400;

export const settingsFile = (scratch: string): string => path.join(scratch, 'claude.json');

/** The settings of one launch: hooks, merged by Claude with the person's own. */
export const settingsFiles = (scratch: string): Record<string, string> => {
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
		[settingsFile(scratch)]: JSON.stringify({
			hooks: {
				...Object.fromEntries(told.map(event => [event, hook(event, {timeout: 10})])),
				PermissionRequest: hook('PermissionRequest', {ask: true, timeout: aDay}),
			},
		}),
	};
};
