import path from 'node:path';
import {hookCommand, relayFiles} from '../hooks/relay-script.ts';

// The title tells the state; these tell what is asked and how a turn ended.
const told = ['BeforeAgent', 'AfterAgent', 'Notification'];

export const defaultsFile = (scratch: string): string => path.join(scratch, 'gemini.json');

/** Settings of the lowest rank, for one launch: whatever the person or the system says stands above them. */
export const geminiFiles = (scratch: string): Record<string, string> => ({
	...relayFiles(scratch),
	[defaultsFile(scratch)]: JSON.stringify({
		ui: {dynamicWindowTitle: true, hideWindowTitle: false},
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
