import {FleetError} from '../errors.ts';
import type {Command} from './command.ts';

const maxBytes = 512 * 1024;

export const report: Command = {
	name: 'report',
	group: 'host',
	summary: "tells this host of an agent's lifecycle event, from the agent's own hook",
	arguments: [{name: '<event>', description: 'the hook, by its name: Stop, Notification, …'}],
	examples: [['console report Stop < event.json', 'JSON on stdin, where the hook has any']],
	async run(context, {arguments: [event = '']}) {
		const id = process.env['FLEET_AGENT_ID'];
		if (!id) {
			throw new FleetError('usage', 'a report comes from inside an agent', {
				hint: 'FLEET_AGENT_ID is set where fleet-console started the agent.',
			});
		}

		const payload = context.stdin.isTTY ? undefined : await readPayload(context.stdin);
		const client = await context.client();
		await client.request('POST', `/v1/agents/${encodeURIComponent(id)}/report`, {
			body: {event, payload, token: process.env['FLEET_AGENT_TOKEN'] ?? null},
			signal: context.signal,
		});
		return 0;
	},
};

const readPayload = async (stdin: AsyncIterable<Buffer | string>): Promise<unknown> => {
	let text = '';
	for await (const chunk of stdin) {
		text += chunk.toString();
		if (text.length > maxBytes) throw new FleetError('usage', 'stdin holds more than 512 KiB');
	}

	if (text.trim() === '') return undefined;
	try {
		return JSON.parse(text);
	} catch {
		throw new FleetError('usage', 'stdin is not JSON');
	}
};
