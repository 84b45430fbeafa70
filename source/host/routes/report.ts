import * as v from 'valibot';
import {findAgentKind} from '../../agents/registry.ts';
import {text} from '../../protocol/agent.ts';
import type {AgentEvidence} from '../arbiter/evidence.ts';

/** The body of `POST /v1/agents/ID/report`. */
export const reportSchema = v.object({
	event: text(80),
	payload: v.optional(v.unknown()),
	/** The agent's own; where it is shown, it must be that of the agent which the report is about. */
	token: v.optional(v.nullable(v.pipe(v.string(), v.maxLength(200))), null),
});

/** A lifecycle event that somebody's hook told of: what it says is its kind's to read. */
export const reportEvidence = (
	agent: string,
	{event, payload}: Pick<v.InferOutput<typeof reportSchema>, 'event' | 'payload'>,
	now: number,
): AgentEvidence[] => {
	const read = findAgentKind(agent)?.readHook;
	const fields = typeof payload === 'object' && payload !== null ? payload : {};
	return read
		? // It waits for no answer, so what it asks has no id.
			read({event, id: '', payload: fields as Record<string, unknown>, at: now}).map(withoutId)
		: [
				{
					source: 'hook',
					state: null,
					strength: 0,
					at: now,
					expiresAt: null,
					detail: event,
				},
			];
};

const withoutId = (evidence: AgentEvidence): AgentEvidence =>
	evidence.attention
		? {...evidence, attention: {...evidence.attention, id: null, choices: []}}
		: evidence;
