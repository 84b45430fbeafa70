import type {Matcher} from '../matcher.ts';
import type {BytePath} from '../path.ts';
import type {Side} from '../plan/operation.ts';
import type {SharedSettings} from '../settings.ts';
import type {Mounts} from './mounts.ts';
import type {Rename} from './rename.ts';
import type {EndpointStore} from './store.ts';

/** What every part of one side of one rule works with. */
export type EndpointContext = {
	side: Side;
	/** The root, absolute, its own links resolved. */
	root: BytePath;
	settings: SharedSettings;
	matcher: Matcher;
	store: EndpointStore;
	rename: Rename;
	mounts: Mounts;
	/** Called before every step that touches the tree; a test acts there as a user would. */
	step: (name: string) => void;
	now: () => Date;
};
