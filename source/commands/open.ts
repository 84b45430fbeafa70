import {askFlags, askOperator} from './ask-operator.ts';
import type {Command} from './command.ts';

export const open: Command = {
	name: 'open',
	group: 'host',
	summary: "asks the operator's laptop to open a link, and prints the outcome",
	arguments: [{name: '<url>', description: 'an http, https or mailto link'}],
	flags: askFlags,
	examples: [['console open http://localhost:3000', 'the port is forwarded to the laptop first']],
	run: (context, input) => askOperator(context, input, 'web', input.arguments[0]!),
};
