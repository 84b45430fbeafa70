import type {BytePath} from '../../path.ts';
import type {EndpointContext} from '../context.ts';
import type {Folders} from '../folders.ts';
import type {Written} from '../remember.ts';
import type {Stager} from '../stage.ts';
import type {SeenChild} from '../store.ts';
import type {Rescue, Trash} from '../trash.ts';
import type {WorkArea} from '../work-area.ts';

/** What every operation of one transaction works with, and what they leave behind. */
export type Transaction = {
	readonly context: EndpointContext;
	readonly area: WorkArea;
	readonly trash: Trash;
	readonly folders: Folders;
	/** The file system's time, in milliseconds. */
	readonly clock: () => number;
	readonly txn: string;
	readonly stager: Stager;
	readonly rescued: Rescue[];
	/** Folders that were made. */
	readonly made: BytePath[];
	/** What the folders hold that were filled beside the tree. */
	readonly filled: Map<BytePath, SeenChild[]>;
	/** Folders that were asked whether what is made in them inherits their group. */
	readonly inheriting: Map<BytePath, boolean>;
	readonly written: Written;
	/** Numbers what is displaced. */
	nextSlot: () => number;
};
