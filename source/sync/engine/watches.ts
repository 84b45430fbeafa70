import {locateRoot} from '../endpoint/root.ts';
import type {Side} from '../plan/operation.ts';
import {watchRoot, type RootWatch, type WatchChange} from '../watch/watch-root.ts';
import type {OpenRule} from './open-rule.ts';

/** What tells of changes on the two sides of a rule: a thread here, the daemon there. */
export type Watches = {
	/** Begins here where the folder is there: a save need not wait for all that a first sync moves. */
	begin(): void;
	/** Sees to it that a side is watched. True where it is only from now on: what was done before nobody told. */
	ensure(side: Side): Promise<boolean>;
	/** Why nothing tells of changes on a side; undefined where something does. */
	trouble(side: Side): string | undefined;
	close(): Promise<void>;
};

const notWatched = 'not watched yet';

export const createWatches = (
	{rule, settings, remote}: Pick<OpenRule, 'rule' | 'settings' | 'remote'>,
	onLocalChange: (change: WatchChange) => void,
): Watches => {
	let local: RootWatch | undefined;
	const trouble: Record<Side, string | undefined> = {local: notWatched, remote: notWatched};

	const begin = () => {
		if (local !== undefined) return;
		const {state, root} = locateRoot(rule.local, {create: false});
		if (state === 'ready') local = watchRoot({root, settings, onChange: onLocalChange});
	};

	const ensureLocal = async () => {
		if (local?.isOpen === false) {
			await local.close();
			local = undefined;
			trouble.local = notWatched;
		}

		begin();
		if (local === undefined || trouble.local !== notWatched) return false;
		const mode = await local.ready;
		trouble.local = mode.mode === 'poll' ? `this side: ${mode.reason}` : undefined;
		return mode.mode === 'events';
	};

	const ensureRemote = async () => {
		const {mode, reason, isNew = trouble.remote === notWatched} = await remote.watch();
		trouble.remote = mode === 'poll' ? `the host: ${reason ?? 'no events'}` : undefined;
		return isNew && mode === 'events';
	};

	return {
		begin,
		ensure: side => (side === 'local' ? ensureLocal() : ensureRemote()),
		trouble: side => trouble[side],
		async close() {
			await local?.close();
		},
	};
};
