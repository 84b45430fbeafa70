import path from 'node:path';
import {hookCommand, relayFiles} from '../hooks/relay-script.ts';

const told = ['UserPromptSubmit', 'PermissionRequest', 'Stop', 'StopFailure'];

export const defaultsFile = (scratch: string): string => path.join(scratch, 'qwen.json');

/** Settings of the lowest rank, for one launch. */
export const qwenFiles = (scratch: string): Record<string, string> => ({
	...relayFiles(scratch),
	[defaultsFile(scratch)]: JSON.stringify({
		hooks: Object.fromEntries(
			told.map(event => [
				event,
				[
					{
						matcher: '*',
						hooks: [{name: 'fleet-console', type: 'command', command: hookCommand(scratch, event)}],
					},
				],
			]),
		),
	}),
});
