import {FleetError} from '../../errors.ts';
import type {Agent} from '../../protocol/agent.ts';

const mostNames = 12;

/** The agent that an id, a name, or an id's unique beginning means; rejects with `no-such-agent`. */
export const findAgent = <A extends Pick<Agent, 'id' | 'name'>>(
	agents: ReadonlyMap<string, A>,
	reference: string,
): A => {
	const exact = agents.get(reference);
	if (exact) return exact;
	const all = [...agents.values()];
	const named = all.find(agent => agent.name === reference);
	if (named) return named;
	const begun = reference === '' ? [] : all.filter(agent => agent.id.startsWith(reference));
	if (begun.length === 1) return begun[0]!;
	if (begun.length > 1) {
		throw new FleetError('no-such-agent', `"${reference}" begins the ids of several agents`, {
			hint: `they are ${list(begun.map(agent => `${agent.id} (${agent.name})`))}`,
		});
	}

	throw new FleetError('no-such-agent', `there is no agent "${reference}"`, {
		hint:
			all.length === 0
				? 'no agent is there yet: console load claude'
				: `there ${all.length === 1 ? 'is' : 'are'} ${list(all.map(agent => agent.name))}`,
	});
};

const list = (names: string[]): string =>
	names.length > mostNames
		? `${names.slice(0, mostNames).join(', ')} and ${names.length - mostNames} more`
		: names.join(', ');
