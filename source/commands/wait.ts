import {FleetError} from '../errors.ts';
import {agentStates, type Agent, type AgentState} from '../protocol/agent.ts';
import {stateLabel} from '../ui/present/state-look.ts';
import {whatOf} from '../ui/present/what.ts';
import {fetchAgent} from './agent-calls.ts';
import type {Command} from './command.ts';
import {numberFlag, wordsFlag} from './flag-value.ts';
import {followFleet} from './follow-fleet.ts';

const defaultStates: readonly AgentState[] = ['blocked', 'done', 'idle', 'exited'];

export const wait: Command = {
	name: 'wait',
	group: 'agents',
	summary: 'returns when the agent is in one of the states',
	arguments: [{name: '<agent>', description: 'its name or id', completes: 'agent'}],
	flags: [
		{
			flags: '--state <state>',
			description: `the states, comma separated (default: ${defaultStates.join(',')})`,
			completes: 'state',
		},
		{
			flags: '--timeout <seconds>',
			description: 'gives up after so long, with exit code 124; 0 looks once',
		},
	],
	examples: [['console wait docs --state done --timeout 600', 'until the turn is over']],
	async run(context, input) {
		const [reference = ''] = input.arguments;
		const states = wordsFlag(input, 'state', agentStates) ?? defaultStates;
		const timeout = numberFlag(input, 'timeout', {min: 0, max: 10_000_000});
		const deadline = new AbortController();
		const signal = AbortSignal.any([context.signal, deadline.signal]);
		// Longer than a timer can count is for ever; who gives no time gets one look, however long the way to it is.
		const isTimed = timeout !== undefined && timeout > 0 && timeout * 1000 < 2 ** 31;
		const timer = isTimed
			? setTimeout(() => deadline.abort(timedOut(reference, states, timeout)), timeout * 1000)
			: undefined;
		try {
			const first = await fetchAgent(await context.client(), reference, signal);
			if (timeout === 0 && !isReached(first, states)) throw timedOut(reference, states, timeout);
			const agent = isReached(first, states) ? first : await follow(first.id);
			if (context.json) context.printJson({agent});
			else {
				const what = whatOf(agent);
				context.print(`${agent.name} is ${stateLabel(agent)}${what === '' ? '' : `: ${what}`}`);
			}

			return 0;
		} finally {
			clearTimeout(timer);
		}

		async function follow(id: string): Promise<Agent> {
			return followFleet<Agent>(context, {
				signal,
				decide(slice) {
					if (!slice.isKnown) return undefined;
					const agent = slice.agents.get(id);
					if (agent) return isReached(agent, states) ? agent : undefined;
					deadline.abort(new FleetError('failed', `${reference} was removed meanwhile`));
					return undefined;
				},
			});
		}
	},
};

/** Throws `failed` for an agent that has exited and so will never be. */
const isReached = (agent: Agent, states: readonly AgentState[]): boolean => {
	if (states.includes(agent.state)) return true;
	if (agent.state !== 'exited') return false;
	const text = `${agent.name} has ${stateLabel(agent)}: it will not become ${states.join(' or ')}`;
	throw new FleetError('failed', text, {
		hint: `Start it again with \`console restart ${agent.name}\`, or wait for \`exited\` too.`,
	});
};

const timedOut = (agent: string, states: readonly AgentState[], seconds: number): FleetError =>
	new FleetError('wait-timed-out', `${agent} was not ${states.join(' or ')} within ${seconds} s`);
