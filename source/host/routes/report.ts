import * as v from 'valibot';
import {text} from '../../protocol/agent.ts';
import type {AgentEvidence} from '../arbiter/evidence.ts';

/** The body of `POST /v1/agents/ID/report`. */
export const reportSchema = v.object({
	event: text(80),
	payload: v.optional(v.unknown()),
	/** The agent's own; where it is shown, it must be that of the agent which the report is about. */
	token: v.optional(v.nullable(v.pipe(v.string(), v.maxLength(200))), null),
});

/** A lifecycle event that an agent's hook told of; which state it speaks for is its kind's to say. */
export const reportEvidence = (
	{event}: Pick<v.InferOutput<typeof reportSchema>, 'event'>,
	now: number,
): AgentEvidence => ({
	source: 'hook',
	state: null,
	strength: 0,
	at: now,
	expiresAt: null,
	detail: event,
});
