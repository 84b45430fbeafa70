import type {DatabaseSync} from 'node:sqlite';
import * as v from 'valibot';
import {actionResultSchema, actionSchema} from '../../protocol/action.ts';
import type {Database} from '../state/database.ts';

const keptSchema = v.object({
	action: actionSchema,
	/** The console that acts, by the name that it gave itself. */
	claimedBy: v.nullable(v.string()),
	result: v.nullable(actionResultSchema),
	/** Milliseconds of the host's clock. */
	expiresAt: v.number(),
	settledAt: v.nullable(v.number()),
});

/** A request and what became of it so far. */
export type KeptAction = v.InferOutput<typeof keptSchema>;

const create = 'CREATE TABLE IF NOT EXISTS actions (id TEXT PRIMARY KEY, kept TEXT NOT NULL)';

/** What the last daemon kept, oldest first; a row that cannot be read is left out. */
export const loadActions = (database: Database): KeptAction[] => {
	database.write(handle => handle.exec(create));
	const rows = database.read(handle =>
		handle.prepare('SELECT kept FROM actions ORDER BY rowid').all(),
	);
	return (rows ?? []).flatMap(row => {
		const kept = v.safeParse(keptSchema, parse(String(row['kept'])));
		return kept.success ? [kept.output] : [];
	});
};

export const saveAction = (handle: DatabaseSync, kept: KeptAction): void => {
	handle
		.prepare(
			'INSERT INTO actions (id, kept) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET kept = excluded.kept',
		)
		.run(kept.action.id, JSON.stringify(kept));
};

export const forgetAction = (handle: DatabaseSync, id: string): void => {
	handle.prepare('DELETE FROM actions WHERE id = ?').run(id);
};

/** All of them again, after a time in which nothing could be written. */
export const rewriteActions = (handle: DatabaseSync, all: Iterable<KeptAction>): void => {
	handle.exec(create);
	handle.exec('DELETE FROM actions');
	for (const kept of all) saveAction(handle, kept);
};

const parse = (json: string): unknown => {
	try {
		return JSON.parse(json);
	} catch {
		return undefined;
	}
};
