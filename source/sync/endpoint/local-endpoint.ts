import path from 'node:path';
import {mkdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import {FleetError} from '../../errors.ts';
import {createMatcher} from '../matcher.ts';
import {bytePath, nativePath, type BytePath} from '../path.ts';
import type {Side} from '../plan/operation.ts';
import type {SharedSettings} from '../settings.ts';
import {pageOfChanges} from './changes.ts';
import {confirm} from './confirm.ts';
import {commitOperations} from './commit/commit-operations.ts';
import type {EndpointContext} from './context.ts';
import {toTheEnd, type ChangesPage, type RootState, type TreeEndpoint} from './endpoint.ts';
import {fileClock} from './file-clock.ts';
import {createKeptContents} from './kept-contents.ts';
import {measure} from './measure.ts';
import {findMounts} from './mounts.ts';
import {findOverlap} from './overlap.ts';
import {openFolders, type Folders} from './folders.ts';
import {ownCodings} from './pack.ts';
import {readPart, stagePart} from './parts.ts';
import {readContent} from './read-content.ts';
import {readPack} from './read-pack.ts';
import {busyRepositories, secretPathsSeen} from './left-out.ts';
import {createRename, type Rename} from './rename.ts';
import {foldsNames, freeBytes, locateRoot} from './root.ts';
import {folderDiffers} from './scan/folder-differs.ts';
import {scan} from './scan/scan.ts';
import {openEndpointStore} from './store.ts';
import {createTrash, type Rescue} from './trash.ts';
import {workArea} from './work-area.ts';

export type LocalEndpointOptions = {
	side: Side;
	/** As the rule gives it; `~` is this side's home. */
	root: string;
	settings: SharedSettings;
	/** This side's state folder: the database goes there, and it is never synced. */
	stateFolder: string;
	rename?: Rename;
	step?: (name: string) => void;
	now?: () => Date;
};

const dayMs = 24 * 60 * 60 * 1000;
const trashLifeMs = 30 * dayMs;
// Late writers come soon after; the rest of the trash is looked at with every full scan.
const freshTrashMs = 10 * 60 * 1000;

/** One side of one rule on this machine's own file system. Blocks while it works: it lives in a worker. */
export const createLocalEndpoint = (options: LocalEndpointOptions): TreeEndpoint => {
	const {side, settings, stateFolder} = options;
	const now = options.now ?? (() => new Date());
	const step = options.step ?? (() => {});
	const store = openEndpointStore(path.join(stateFolder, 'sync', `${settings.id}-${side}.db`));
	const rename = options.rename ?? createRename();
	const kept = createKeptContents();
	let opened: ReturnType<typeof openRoot> | undefined;
	let rescuedAtOpen: Rescue[] = [];
	/** The sequence that whoever asks knows to its end. */
	let told = -1;

	const tell = (page: ChangesPage): ChangesPage => {
		if (page.cursor.path === toTheEnd) told = page.cursor.sequence;
		return page;
	};

	const openRoot = (root: BytePath) => {
		const mounts = findMounts(root, store.mounts());
		store.setMounts(mounts.known);
		const area = workArea(root, settings.id, mounts);
		area.create();
		// Before anything else is written: on a full disk, what a crash left may be all the room there is.
		const waiting = store.trash(true).map(({slot}) => slot);
		area.clearStage({arriving: false, waiting});
		const inside = path.posix.relative(root, bytePath(stateFolder));
		const ownState = inside.startsWith('..') || inside === '' ? undefined : inside;
		const context: EndpointContext = {
			side,
			root,
			settings,
			matcher: createMatcher(settings, ownState),
			store,
			rename,
			mounts,
			step,
			now,
		};
		const clock = fileClock(area.clock);
		const trash = createTrash(context, area, clock);
		const marker = area.marker()!;
		return {
			root,
			area,
			context,
			clock,
			trash,
			marker,
			folds: foldsNames(area),
			exchanges: exchangesNames(area.stage),
		};
	};

	const exchangesNames = (stage: BytePath): boolean => {
		const [a, b] = [nativePath(`${stage}/probe-x`), nativePath(`${stage}/probe-y`)];
		writeFileSync(a, 'x');
		writeFileSync(b, 'y');
		return rename.exchange(a, b) && readFileSync(a, 'utf8') === 'y';
	};

	const ready = (): NonNullable<typeof opened> => {
		if (opened === undefined) throw new FleetError('failed', 'the rule’s root is not open');
		if (opened.area.marker() !== opened.marker) {
			opened = undefined;
			throw new FleetError('halted', 'the rule’s root was replaced or emptied while it was synced');
		}

		store.refresh();
		return opened;
	};

	const withFolders = <T>(root: BytePath, work: (folders: Folders) => T): T => {
		const folders = openFolders(root);
		try {
			return work(folders);
		} finally {
			folders.close();
		}
	};

	return {
		async open({create, others = []}): Promise<RootState> {
			const other = findOverlap(options.root, others);
			if (other !== undefined) return {state: 'overlaps', root: bytePath(options.root), other};
			const located = locateRoot(options.root, {create});
			if (located.state !== 'ready') return {state: located.state, root: located.root};
			opened = openRoot(located.root);
			const {root, area, marker, folds, exchanges, trash} = opened;
			rescuedAtOpen = withFolders(root, folders => trash.recover(folders));
			// Of a replacement that waits for its name, the recovery has learnt how far it came.
			area.clearStage({arriving: false});
			const inode = statSync(nativePath(root)).ino;
			const free = freeBytes(root);
			return {
				state: 'ready',
				root,
				marker,
				inode,
				folds,
				exchanges,
				freeBytes: free,
				codings: [...ownCodings],
			};
		},

		async scan(request, onProgress) {
			const {root, context, clock, trash} = ready();
			const sinceMs = request.full ? 0 : now().getTime() - freshTrashMs;
			const rescued = withFolders(root, folders => trash.audit(folders, sinceMs));
			rescued.unshift(...rescuedAtOpen);
			rescuedAtOpen = [];
			const folders = [...request.folders, ...rescued.map(({copy}) => parentFolder(copy))];
			const {full, mostNew} = request;
			// What is read in parts moves at once; of a whole tree nobody knows what will.
			const keep = mostNew === undefined ? undefined : kept.keep;
			if (keep === undefined) kept.clear();
			const result = scan(context, clock, {full, folders, mostNew, keep}, onProgress);
			return {
				changes: tell(pageOfChanges(store, request.since, request.entries)),
				contents: readContent(context, result.fresh, request.inlineBytes),
				unsettled: result.unsettled,
				postponed: result.postponed,
				secrets: secretPathsSeen(store),
				busy: settings.git === 'include' ? busyRepositories(store) : [],
				rescued,
				files: result.files,
			};
		},

		changes: async since => tell(pageOfChanges(store, since)),

		async read({items, codings}) {
			const {context} = ready();
			return readPack(context, items, codings, kept);
		},

		async readPart(part) {
			const {context} = ready();
			return readPart(context, part);
		},

		async stagePart(part) {
			const {context, area} = ready();
			stagePart(context, area, part);
		},

		async stageFolder() {
			const {area, root} = ready();
			const absolute = area.filled;
			mkdirSync(nativePath(absolute), {recursive: true, mode: 0o700});
			return {absolute, relative: absolute.slice(root.length + 1)};
		},

		async commit(commit) {
			const {root, context, area, trash, clock} = ready();
			return withFolders(root, folders => {
				const done = commitOperations(context, area, trash, folders, clock, commit);
				const {results, rescued, reach, known, unsure} = done;
				scan(context, clock, {full: false, folders: [...unsure], trustRacy: true});
				confirm(store, commit.operations, results, known);
				if (told === reach.before) told = reach.after;
				return {results, rescued, reach};
			});
		},

		async differing(folders) {
			const {context, clock} = ready();
			if (told !== store.sequence()) return [...folders];
			return folders.filter(folder => folderDiffers(context, clock, folder));
		},

		measure: async paths => measure(ready().context, paths),

		done: async txn => store.done(txn),

		async settle({arrived}) {
			const {root, area, trash} = ready();
			store.clearDone();
			area.clearStage({arriving: arrived});
			const beforeMs = now().getTime() - trashLifeMs;
			return {rescued: withFolders(root, folders => trash.purge(folders, beforeMs))};
		},

		async close() {
			opened = undefined;
			kept.clear();
			store.close();
		},
	};
};

const parentFolder = (file: BytePath): BytePath =>
	file.slice(0, Math.max(0, file.lastIndexOf('/')));
