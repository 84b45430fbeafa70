import * as v from 'valibot';
import type {Client} from '../client/client.ts';
import {FleetError} from '../errors.ts';

const diffSchema = v.object({
	path: v.pipe(v.string(), v.maxLength(8192)),
	root: v.pipe(v.string(), v.maxLength(8192)),
	patch: v.pipe(v.string(), v.maxLength(8 * 1024 * 1024)),
	isCut: v.optional(v.boolean(), false),
});

/** The host's own account of what changed; its text is as it came. */
export type HostDiff = v.InferOutput<typeof diffSchema>;

export type DiffRequest = {
	agent: string | null;
	/** Null: the agent's own folder. */
	path: string | null;
};

export const readHostDiff = async (
	client: Pick<Client, 'json'>,
	{agent, path}: DiffRequest,
	signal: AbortSignal,
): Promise<HostDiff> => {
	const where = agent === null ? '/v1/diff' : `/v1/agents/${encodeURIComponent(agent)}/diff`;
	const query = path === null ? '' : `?path=${encodeURIComponent(path)}`;
	const answer = v.safeParse(diffSchema, await client.json('GET', where + query, {signal}));
	if (answer.success) return answer.output;
	throw new FleetError('bad-response', 'the host sent no diff');
};
