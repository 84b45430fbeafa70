import {hostClock} from '../client/host-clock.ts';
import {compareAgents} from '../fleet/order.ts';
import {agentStates} from '../protocol/agent.ts';
import {fetchFleet} from './agent-calls.ts';
import type {Command, CommandContext} from './command.ts';
import {fleetTable} from './fleet-table.ts';
import {wordsFlag} from './flag-value.ts';
import {paintFor} from './paint.ts';

export const list: Command = {
	name: 'list',
	group: 'fleet',
	summary: 'the agents and their states, who needs a person first',
	flags: [
		{
			flags: '--state <state>',
			description: `only agents in one of these states, comma separated: ${agentStates.join(', ')}`,
			completes: 'state',
		},
	],
	examples: [['console list --state blocked,done', 'who waits for you']],
	async run(context, input) {
		const states = wordsFlag(input, 'state', agentStates);
		const clock = hostClock();
		const {eventId, agents} = await fetchFleet(await context.client(), context.signal, {
			onAnswer: clock.read,
		});
		const shown = agents.filter(agent => states?.includes(agent.state) ?? true).sort(compareAgents);
		if (context.json) {
			context.printJson({agents: shown, eventId});
		} else if (shown.length > 0) {
			const {columns, isTTY} = context.stdout;
			const options = {
				now: clock.now(),
				width: isTTY ? columns || 80 : undefined,
				paint: paintFor(context.stdout),
			};
			for (const line of fleetTable(shown, options)) context.print(line);
		} else {
			context.print(agents.length > 0 ? 'No agent is in such a state.' : await emptyText(context));
		}

		return 0;
	},
};

/** Who named a host and forgot to say so here would look for its agents in vain. */
async function emptyText({remoteName, config}: CommandContext): Promise<string> {
	const prefix = remoteName === null ? 'console' : `console --remote ${remoteName}`;
	const start = `Start one: ${prefix} load claude`;
	const [first, ...others] = remoteName === null ? Object.keys((await config()).remotes) : [];
	if (first === undefined) return `No agents yet. ${start}`;
	const those = [first, ...others].length === 1 ? first : `${first} and ${others.length} more`;
	return `No agents on this machine. ${start}\nFor those on ${those}: console --remote ${first}`;
}
