import * as v from 'valibot';
import {agentIdSchema, text} from './agent.ts';

export const actionKinds = ['web', 'ide', 'diff'] as const;
export type ActionKind = (typeof actionKinds)[number];

export const actionOutcomes = ['opened', 'denied', 'failed', 'expired'] as const;

// The argument stays as it was sent: the handler that acts on it decides what it accepts, and
// must see what it refuses. Whoever shows it goes through `plainText`.
export const actionSchema = v.object({
	id: agentIdSchema,
	kind: v.picklist(actionKinds),
	argument: v.pipe(v.string(), v.maxLength(64 * 1024)),
	agent: v.optional(v.nullable(agentIdSchema), null),
	cwd: v.optional(v.nullable(v.pipe(v.string(), v.maxLength(4096))), null),
	requestedAt: text(40),
	expiresAt: text(40),
});

/** A request from inside an agent that the operator's laptop opens something. */
export type RemoteAction = v.InferOutput<typeof actionSchema>;

export const actionResultSchema = v.object({
	outcome: v.picklist(actionOutcomes),
	message: text(1000),
});
export type ActionResult = v.InferOutput<typeof actionResultSchema>;

/** The result as a person reads it; a message that says its outcome itself says it once. */
export const outcomeLine = ({outcome, message}: ActionResult): string =>
	message.startsWith(outcome) ? message : `${outcome}: ${message}`;
