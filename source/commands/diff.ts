import {askFlags, askOperator} from './ask-operator.ts';
import type {Command} from './command.ts';

export const diff: Command = {
	name: 'diff',
	group: 'host',
	summary: "asks the operator's laptop to show what changed in a folder",
	arguments: [
		{
			name: '[path]',
			description: 'a folder on this host; without it this one',
			completes: 'directory',
		},
	],
	flags: askFlags,
	run: (context, input) => askOperator(context, input, 'diff', input.arguments[0] ?? '.'),
};
