import {FleetError} from '../../errors.ts';
import type {Agent} from '../../protocol/agent.ts';
import type {Host} from '../host.ts';
import type {HostRequest} from '../http/route.ts';

export const tokenHeader = 'fleet-agent-token';

/**
 * The agent that speaks, by the token that only its own environment has; undefined for a caller
 * without one, who is a person at this host. Throws `denied` for a token that is none, and for an
 * agent that names another.
 */
export const speakerOf = (
	{headers}: Pick<HostRequest, 'headers'>,
	host: Host,
	{token, agent}: {token?: string | null; agent?: string | null} = {},
): Agent | undefined => {
	const shown = token || headers[tokenHeader];
	if (typeof shown !== 'string' || shown === '') return undefined;
	const id = host.agentTokens.verify(shown);
	const speaker = id === undefined ? undefined : host.registry.get(id);
	if (speaker === undefined) throw new FleetError('denied', 'this token belongs to no agent here');
	if (agent && agent !== speaker.id && agent !== speaker.name) {
		throw new FleetError('denied', `${speaker.name} cannot speak for another agent`);
	}

	return speaker;
};
