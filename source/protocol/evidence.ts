import * as v from 'valibot';
import {agentStates, text} from './agent.ts';

export const evidenceSchema = v.object({
	/** Where it came from: `process`, `title`, `bell`, `output`, `osc7501`, `hook`, … */
	source: text(40),
	/** The state that it speaks for, or null when it only overrules. */
	state: v.nullable(v.picklist(agentStates)),
	strength: v.number(),
	at: text(40),
	detail: v.optional(text(400), ''),
});
export type Evidence = v.InferOutput<typeof evidenceSchema>;

export const droppedSchema = v.object({
	why: v.fallback(
		v.picklist(['too many', 'longer than 4 KiB', 'malformed', 'from another agent', 'other']),
		'other',
	),
	count: v.number(),
});
/** Reports that were not believed, since the daemon began. */
export type Dropped = v.InferOutput<typeof droppedSchema>;

/** `GET /v1/agents/ID/explain`. */
export const explanationSchema = v.object({
	id: text(64),
	name: text(120),
	state: v.picklist(agentStates),
	since: text(40),
	rule: text(400),
	evidence: v.array(evidenceSchema),
	overruled: v.optional(v.array(evidenceSchema), []),
	dropped: v.optional(v.array(droppedSchema), []),
});
export type Explanation = v.InferOutput<typeof explanationSchema>;
