import {FleetError} from '../errors.ts';
import {parseEventId, type WireEvent} from '../protocol/event.ts';
import type {Command} from './command.ts';
import {textFlag} from './flag-value.ts';
import {followFleet} from './follow-fleet.ts';

export const events: Command = {
	name: 'events',
	group: 'fleet',
	summary:
		'the status stream, one JSON object a line, from now or after an event; survives reconnects, nothing lost or doubled',
	flags: [
		{flags: '--since <id>', description: 'begin after this event, an id that was printed before'},
	],
	examples: [['console events | jq -r .event', 'what happens, as it happens']],
	async run(context, input) {
		const since = textFlag(input, 'since');
		if (since !== undefined && parseEventId(since) === undefined) {
			throw new FleetError('usage', `--since ${JSON.stringify(since)}: no id of an event`, {
				hint: 'An id is the `id` of a line that `console events` printed: EPOCH-NUMBER.',
			});
		}

		let broken = 0;
		return followFleet<number>(context, {
			since,
			onRecord(record) {
				const line = lineOf(record);
				if (line !== undefined) return context.printJson(line);
				broken++;
				context.note(`console: ${broken} events so far could not be read`);
			},
		});
	},
};

function lineOf({
	id,
	event,
	data,
}: WireEvent): {id: string | null; event: string; data: unknown} | undefined {
	try {
		return {id: id ?? null, event, data: JSON.parse(data) as unknown};
	} catch {
		return undefined;
	}
}
