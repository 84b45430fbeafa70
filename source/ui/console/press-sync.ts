import {parsePatch} from '../../handlers/patch.ts';
import {toFleetError} from '../../errors.ts';
import type {OpenConflict, SyncDesk} from '../../sync/desk.ts';
import {needsLink} from '../keys/conditions.ts';
import {harmless} from '../present/cells.ts';
import type {ConsoleContext} from './context.ts';
import {sayError} from './request.ts';
import {openedDiff, situationOf, type Mode} from './state.ts';

type Of<K extends Mode['kind']> = Extract<Mode, {kind: K}>;

/** A key while the screen of sync is open. */
export const pressSync = (context: ConsoleContext, key: string, mode: Of<'sync'>): void => {
	const {conflicts} = mode;
	const index = Math.min(mode.index, Math.max(0, conflicts.length - 1));
	const by = {down: 1, j: 1, tab: 1, up: -1, k: -1, 'shift+tab': -1}[key];
	if (by !== undefined) {
		const next = Math.max(0, Math.min(index + by, conflicts.length - 1));
		context.set({mode: {...mode, index: next}});
		return;
	}

	if (['esc', 'q', 'S'].includes(key)) {
		context.set({mode: {kind: 'fleet'}});
		return;
	}

	const desk = context.services.sync;
	if (desk === undefined) return;
	if (key === 's') syncNow(context, desk);
	else if (key === 'A') allowDelete(context, desk);
	const conflict = conflicts[index];
	if (conflict === undefined) return;
	if (key === 'd' || key === 'enter') void showVersions(context, desk, {of: conflict, index});
	else pressResolve(context, key, conflict);
};

/** Settles a conflict where the key says how; false where it is another key. */
export const pressResolve = (
	context: ConsoleContext,
	key: string,
	conflict: OpenConflict,
): boolean => {
	const keep = ({l: 'local', r: 'remote', b: 'both'} as const)[key];
	const desk = context.services.sync;
	if (keep === undefined || desk === undefined) return false;
	void resolve(context, desk, conflict, keep);
	return true;
};

/** The screen of sync as it is now, with the cursor where it stood. */
export const openSync = (context: ConsoleContext, index: number): void => {
	context.set({mode: {kind: 'sync', index, conflicts: context.services.sync?.conflicts() ?? []}});
};

/** False, and said, where the host cannot be reached now: nothing would come of it. */
const isReached = (context: ConsoleContext): boolean => {
	const whyNot = needsLink(situationOf(context.get()));
	if (whyNot !== undefined) context.say({tone: 'info', text: `sync: ${whyNot}`});
	return whyNot === undefined;
};

/** Looks at both sides now. */
export const syncNow = (context: ConsoleContext, desk: SyncDesk): void => {
	if (!isReached(context)) return;
	desk.syncNow();
	context.say({tone: 'info', text: 'syncing now'});
};

const allowDelete = (context: ConsoleContext, desk: SyncDesk): void => {
	if (!desk.rules.some(({health}) => health.phase === 'halted') || !isReached(context)) return;
	desk.syncNow({allowDelete: true});
	context.say({
		tone: 'warning',
		text: 'going on: the deletions are made; the files go to the trash',
	});
};

const resolve = async (
	context: ConsoleContext,
	desk: SyncDesk,
	conflict: OpenConflict,
	keep: 'local' | 'remote' | 'both',
): Promise<void> => {
	const kept = {local: 'the laptop’s version', remote: 'the host’s version', both: 'both versions'};
	try {
		await desk.resolve(conflict.key, keep, context.signal);
		context.say({tone: 'done', text: `kept ${kept[keep]} of ${harmless(conflict.path)}`});
	} catch (error) {
		sayError(context, 'resolve', error);
	}
};

const showVersions = async (
	context: ConsoleContext,
	desk: SyncDesk,
	conflict: {of: OpenConflict; index: number},
): Promise<void> => {
	const {key, path, keeps} = conflict.of;
	const sides = keeps === 'local' ? '−laptop’s +host’s' : '−host’s +laptop’s';
	const opened = openedDiff(`${sides} · ${harmless(path)}`, {conflict});
	context.set({mode: opened});
	const update = (patch: Partial<Of<'diff'>>) => {
		const {mode} = context.get();
		if (mode.kind === 'diff' && mode.title === opened.title)
			context.set({mode: {...mode, ...patch}});
	};

	try {
		update({files: parsePatch(await desk.diff(key, context.signal))});
	} catch (error) {
		update({files: [], problem: harmless(toFleetError(error).message)});
	}
};
