import * as v from 'valibot';
import {text} from '../../protocol/agent.ts';
import type {AgentEvidence} from '../arbiter/evidence.ts';

/** The body of `POST /v1/agents/ID/report`. */
export const reportSchema = v.object({event: text(80), payload: v.optional(v.unknown())});

/** A lifecycle event that an agent's hook told of; which state it speaks for is its kind's to say. */
export const reportEvidence = (
	{event}: v.InferOutput<typeof reportSchema>,
	now: number,
): AgentEvidence => ({
	source: 'hook',
	state: null,
	strength: 0,
	at: now,
	expiresAt: null,
	detail: event,
});
