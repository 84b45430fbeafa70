import {askFlags, askOperator} from './ask-operator.ts';
import type {Command} from './command.ts';

export const ide: Command = {
	name: 'ide',
	group: 'host',
	summary: "asks the operator's laptop to show a file or folder in the editor",
	arguments: [
		{name: '<path>', description: 'PATH[:LINE[:COLUMN]] on this host', completes: 'file'},
	],
	flags: askFlags,
	examples: [['console ide src/main.ts:42', 'in the synced copy, or on the host by a remote link']],
	run: (context, input) => askOperator(context, input, 'ide', input.arguments[0]!),
};
