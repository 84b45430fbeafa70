import {FleetError} from '../errors.ts';
import {agentPath} from './agent-calls.ts';
import type {Command} from './command.ts';
import {readStdin} from './read-stdin.ts';

const maxBytes = 1024 * 1024;

export const send: Command = {
	name: 'send',
	group: 'agents',
	summary: 'types TEXT into the agent and submits it; `-` reads the text from stdin',
	arguments: [
		{name: '<agent>', description: 'its name or id', completes: 'agent'},
		{name: '<text...>', description: 'what to type; several words are joined by spaces'},
	],
	flags: [{flags: '--no-submit', description: 'types it and leaves it there'}],
	examples: [
		['console send docs "Write the guide"', 'one prompt'],
		['console send docs - < plan.md', 'a longer one'],
		['console send docs -- --help', 'text that begins with a dash'],
	],
	async run(context, input) {
		const [agent = '', ...words] = input.arguments;
		const isPiped = words.length === 1 && words[0] === '-';
		const text = isPiped
			? (await readStdin(context.stdin, maxBytes, context.signal)).replace(/\r?\n$/, '')
			: words.join(' ');
		if (text.length > maxBytes) throw new FleetError('usage', 'the text is larger than 1 MiB');
		const submit = input.flags['submit'] !== false;
		const client = await context.client();
		await client.request('POST', agentPath(agent, '/input'), {
			body: {text, submit},
			signal: context.signal,
		});
		if (context.json) context.printJson({agent, sent: text.length, submitted: submit});
		return 0;
	},
};
