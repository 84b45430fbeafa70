import * as v from 'valibot';
import {text} from './agent.ts';

export const checkSchema = v.object({
	/** What was looked at: `tmux`, `socket rights`. */
	name: text(80),
	/** `failed` must be mended; `warning` works, but not in all cases. */
	status: v.picklist(['ok', 'warning', 'failed']),
	found: text(400),
	/** What to do about it; null where there is nothing to do. */
	mend: v.optional(v.nullable(text(400)), null),
});

/** One thing that `doctor` looked at. */
export type Check = v.InferOutput<typeof checkSchema>;

/** `GET /v1/host/checks`. */
export const hostChecksSchema = v.object({
	/** The host's clock, milliseconds since the epoch, as it answered. */
	now: v.number(),
	checks: v.pipe(v.array(checkSchema), v.maxLength(200)),
});
