import {colouredLine} from '../protocol/text.ts';
import {screenSchema} from '../protocol/screen.ts';
import {agentPath, believe} from './agent-calls.ts';
import type {Command} from './command.ts';
import {numberFlag} from './flag-value.ts';

const sgr = /\u001B\[[0-9;:]*m/g;

export const screen: Command = {
	name: 'screen',
	group: 'agents',
	summary: 'what the agent’s terminal shows now',
	arguments: [{name: '<agent>', description: 'its name or id', completes: 'agent'}],
	flags: [
		{flags: '--ansi', description: 'keep its colours'},
		{flags: '--history <lines>', description: 'so many lines from above the screen too'},
	],
	async run(context, input) {
		const [agent = ''] = input.arguments;
		const history = numberFlag(input, 'history', {min: 0, max: 5000}) ?? 0;
		const isColoured = input.flags['ansi'] === true;
		const query = `?ansi=${isColoured ? 1 : 0}&history=${Math.trunc(history)}`;
		const client = await context.client();
		const shown = believe(
			screenSchema,
			await client.json('GET', agentPath(agent, `/screen${query}`), {signal: context.signal}),
		);
		if (context.json) {
			context.printJson(shown);
			return 0;
		}

		for (const line of shown.lines) {
			// Whatever the host calls a line, this terminal obeys nothing in it but colours.
			const harmless = colouredLine(line);
			if (!isColoured) context.print(harmless.replace(sgr, ''));
			else context.print(harmless.includes('\u001B') ? `${harmless}\u001B[0m` : harmless);
		}

		return 0;
	},
};
