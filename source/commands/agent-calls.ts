import * as v from 'valibot';
import type {Client, RequestOptions} from '../client/client.ts';
import {FleetError} from '../errors.ts';
import {agentSchema, type Agent} from '../protocol/agent.ts';
import {eachThatFits} from '../protocol/each-that-fits.ts';

/** Where an agent's calls go; `reference` is its id, its name, or an id's unique beginning. */
export const agentPath = (reference: string, rest = ''): string =>
	`/v1/agents/${encodeURIComponent(reference)}${rest}`;

const fleetSchema = v.object({
	eventId: v.pipe(v.string(), v.maxLength(200)),
	agents: eachThatFits(agentSchema),
});
const oneSchema = v.object({agent: agentSchema});

/** Every agent, and the event that they are true at. */
export const fetchFleet = async (
	client: Client,
	signal: AbortSignal,
	options: Pick<RequestOptions, 'onAnswer'> = {},
): Promise<{eventId: string; agents: Agent[]}> =>
	believe(fleetSchema, await client.json('GET', '/v1/agents', {signal, ...options}));

/** One agent; rejects with `no-such-agent`, naming those that exist. */
export const fetchAgent = async (
	client: Client,
	reference: string,
	signal: AbortSignal,
): Promise<Agent> => agentIn(await client.json('GET', agentPath(reference), {signal}));

/** The agent of an answer `{agent}`. */
export const agentIn = (answer: unknown): Agent => believe(oneSchema, answer).agent;

/** An answer of the host as what it should be; rejects with `bad-response`. */
export const believe = <S extends v.GenericSchema>(schema: S, value: unknown): v.InferOutput<S> => {
	const result = v.safeParse(schema, value);
	if (result.success) return result.output;
	const [issue] = result.issues;
	throw new FleetError(
		'bad-response',
		`the host answered with what cannot be read: ${issue.message}`,
	);
};
