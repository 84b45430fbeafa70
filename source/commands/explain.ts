import {hostClock} from '../client/host-clock.ts';
import {explanationSchema, type Evidence} from '../protocol/evidence.ts';
import {lookOf} from '../ui/present/state-look.ts';
import {wrap} from '../ui/present/cells.ts';
import {shortDuration} from '../ui/present/duration.ts';
import {agentPath, believe} from './agent-calls.ts';
import type {Command} from './command.ts';
import {paintFor} from './paint.ts';
import {roomOf} from './room.ts';

/** With less room than that beside the rest, what was seen stands below it. */
const leastDetail = 24;

export const explain: Command = {
	name: 'explain',
	group: 'agents',
	summary: 'the evidence behind the state that is shown',
	arguments: [{name: '<agent>', description: 'its name or id', completes: 'agent'}],
	async run(context, {arguments: [agent = '']}) {
		const client = await context.client();
		const clock = hostClock();
		const answer = await client.json('GET', agentPath(agent, '/explain'), {
			signal: context.signal,
			onAnswer: clock.read,
		});
		const explanation = believe(explanationSchema, answer);
		if (context.json) {
			context.printJson(explanation);
			return 0;
		}

		const paint = paintFor(context.stdout);
		const now = clock.now();
		const {name, state, since, rule, evidence, overruled, dropped} = explanation;
		const {glyph, style} = lookOf(state);
		context.print(
			paint([
				[`${name}  `],
				[`${glyph} ${state}`, style],
				[` for ${shortDuration(now - Date.parse(since)).trim()}`],
			]),
		);
		const room = roomOf(context.stdout);
		const say = (text: string, indent: number) => {
			for (const line of wrap(text, room - indent)) context.print(' '.repeat(indent) + line);
		};
		say(rule, 2);
		const show = (title: string, items: readonly Evidence[]) => {
			if (items.length === 0) return;
			context.print(paint([[title, {dim: true}]]));
			for (const item of items) {
				const age = shortDuration(now - Date.parse(item.at)).padStart(4);
				const claim = item.state ?? 'no state';
				const facts = `  ${item.source.padEnd(12)}  ${claim.padEnd(8)}  ${String(item.strength).padStart(3)}  ${age}`;
				const left = room - facts.length - 2;
				if (left < leastDetail) {
					context.print(facts);
					if (item.detail !== '') say(item.detail, 4);
					continue;
				}

				for (const [index, line] of wrap(item.detail, left).entries()) {
					const before = index === 0 ? facts : ' '.repeat(facts.length);
					context.print(`${before}  ${line}`.trimEnd());
				}
			}
		};

		show('Evidence', evidence);
		show('Overruled', overruled);
		if (dropped.length > 0) {
			context.print(paint([['Not believed, since the daemon began', {dim: true}]]));
			for (const {why, count} of dropped) say(`${count} reports: ${why}`, 2);
		}

		return 0;
	},
};
