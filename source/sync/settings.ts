import {createHash} from 'node:crypto';
import * as v from 'valibot';
import type {SyncRule} from '../config/config.ts';

const text = (limit: number) => v.pipe(v.string(), v.maxLength(limit));

/** What of a rule both sides must know to see the same tree: the host gets it from the laptop. */
export const sharedSettingsSchema = v.object({
	/** Names the rule on both sides: its databases, its staging folder. */
	id: v.pipe(v.string(), v.regex(/^[a-z0-9]{16}$/)),
	/** The two roots as the rule gives them: what counts as secret depends on where it stands. */
	roots: v.pipe(v.array(text(4096)), v.maxLength(2)),
	exclude: v.pipe(v.array(text(4096)), v.maxLength(10_000)),
	git: v.picklist(['exclude', 'include']),
	dereferenceSymlinks: v.boolean(),
	includeSecrets: v.pipe(v.array(text(4096)), v.maxLength(1000)),
});
export type SharedSettings = v.InferOutput<typeof sharedSettingsSchema>;

/**
 * The same for as long as the rule joins the same two folders of the same two machines, so that
 * its ancestor is found again after any other change of the configuration.
 */
export const ruleId = (rule: SyncRule, laptop: string, remote: string): string =>
	createHash('sha256')
		.update(JSON.stringify([laptop, remote, rule.direction, rule.local, rule.remote]))
		.digest('hex')
		.slice(0, 16);

export const sharedSettings = (rule: SyncRule, id: string): SharedSettings => ({
	id,
	roots: [rule.local, rule.remote],
	exclude: rule.exclude,
	git: rule.git,
	dereferenceSymlinks: rule.dereferenceSymlinks,
	includeSecrets: rule.includeSecrets,
});
