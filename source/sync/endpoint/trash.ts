import {lstatSync, unlinkSync} from 'node:fs';
import {conflictName, conflictStamp, numberedCopy} from '../conflict-name.ts';
import {sameContent} from '../entry.ts';
import {joinPath, nameOf, parentOf, type BytePath} from '../path.ts';
import type {EndpointContext} from './context.ts';
import {fingerprintOf, isRacy, sameFingerprint} from './fingerprint.ts';
import type {Folders} from './folders.ts';
import {look} from './look.ts';
import type {TrashRow} from './store.ts';
import type {WorkArea} from './work-area.ts';

/** Something that was displaced and turned out to be newer than the plan: it is back in the tree. */
export type Rescue = {path: BytePath; copy: BytePath};

export type Trash = {
	slotPath(slot: string): string | Buffer;
	/** Looks at what was displaced and gives it its place: the trash, or the tree again. */
	settle(row: TrashRow, folders: Folders): Rescue | undefined;
	/** Looks again at what lies in the trash, since `sinceMs`: a late writer may still hold it open. */
	audit(folders: Folders, sinceMs: number): Rescue[];
	/** After a crash: what was on its way is brought to an end. */
	recover(folders: Folders): Rescue[];
	/** Removes what is older than `beforeMs`, after a last look. */
	purge(folders: Folders, beforeMs: number): Rescue[];
};

export const createTrash = (
	context: EndpointContext,
	area: WorkArea,
	clock: () => number,
): Trash => {
	const {store, rename, step} = context;
	const {slotPath} = area;
	/** It lies on a file system that is not mounted now, and waits for it. */
	const isOutOfReach = ({slot}: TrashRow): boolean =>
		slot.includes('/') && area.mounts.holding(slot) === '';

	/** Moves it to a free name in the tree, so that whoever still writes to it writes to a live file. */
	const toTree = (row: TrashRow, wanted: BytePath, folders: Folders): Rescue => {
		let folder = parentOf(wanted);
		for (let attempt = 0; ; attempt++) {
			const name = nameOf(attempt === 0 ? wanted : numberedCopy(wanted, attempt));
			const copy = joinPath(folder, name);
			try {
				step('rescue');
				rename.noReplace(slotPath(row.slot), folders.reachMaking(copy));
				return {path: row.path, copy};
			} catch (error) {
				const code = (error as NodeJS.ErrnoException).code;
				if (code === 'EEXIST' && attempt < 1000) continue;
				if (folder === '' || !pathIsShut(code)) throw error;
				folder = parentOf(folder);
			}
		}
	};

	const rescue = (row: TrashRow, folders: Folders): Rescue => {
		// What a removal took away and should not have can have its own name back.
		if (row.replacement === undefined) {
			try {
				step('put back');
				rename.noReplace(slotPath(row.slot), folders.reach(row.path));
				store.dropTrash(row.id);
				return {path: row.path, copy: row.path};
			} catch (error) {
				const code = (error as NodeJS.ErrnoException).code;
				if (code !== 'EEXIST' && !pathIsShut(code)) throw error;
			}
		}

		const name = conflictName(row.path, context.side, conflictStamp(context.now()));
		const rescued = toTree(row, row.copy ?? name, folders);
		store.dropTrash(row.id);
		return rescued;
	};

	const settle = (row: TrashRow, folders: Folders): Rescue | undefined => {
		step('look at displaced');
		const nowMs = clock();
		const found = look(slotPath(row.slot));
		if (found === undefined) {
			store.dropTrash(row.id);
			return undefined;
		}

		if (row.copy === undefined && sameContent(found.signature, row.expected)) {
			store.keepTrash(row.id, found.fingerprint, isRacy(found.fingerprint, nowMs));
			return undefined;
		}

		return rescue(row, folders);
	};

	const auditRow = (row: TrashRow, folders: Folders): Rescue | undefined => {
		if (isOutOfReach(row)) return undefined;
		const stat = lstatSync(slotPath(row.slot), {throwIfNoEntry: false});
		if (stat === undefined) {
			store.dropTrash(row.id);
			return undefined;
		}

		const untouched =
			!row.racy &&
			row.fingerprint !== undefined &&
			sameFingerprint(row.fingerprint, fingerprintOf(stat));
		return untouched ? undefined : settle(row, folders);
	};

	const audit = (folders: Folders, sinceMs: number): Rescue[] =>
		store
			.trash(false, sinceMs)
			.map(row => auditRow(row, folders))
			.filter(rescued => rescued !== undefined);

	return {
		slotPath,
		settle,
		audit,
		recover(folders) {
			const rescues: Rescue[] = [];
			for (const row of store.trash(true)) {
				if (isOutOfReach(row)) continue;
				const found = look(slotPath(row.slot));
				if (found === undefined) {
					// A removal or an exchange that did not happen, or one that was settled.
					store.dropTrash(row.id);
					continue;
				}

				if (row.replacement !== undefined && sameContent(found.signature, row.replacement)) {
					// The exchange did not happen: what lies here is what was staged.
					unlinkSync(slotPath(row.slot));
					store.dropTrash(row.id);
					continue;
				}

				// What was to take its place may not have got the name: then nothing was done there.
				const waiting = area.waitingFor(row.path, row.slot);
				const hasName = lstatSync(waiting, {throwIfNoEntry: false}) === undefined;
				// What was removed may have been followed already by what the same transaction put there.
				const isFollowed =
					row.replacement === undefined && store.done(row.txn).some(([path]) => path === row.path);
				if (hasName && !isFollowed) store.addDone(row.txn, row.path, row.replacement);

				const rescued = settle(row, folders);
				if (rescued !== undefined) rescues.push(rescued);
			}

			return rescues;
		},
		purge(folders, beforeMs) {
			const rescues: Rescue[] = [];
			for (const row of store.trash(false)) {
				if (row.atMs >= beforeMs) break;
				if (isOutOfReach(row)) continue;
				step('purge');
				const rescued = settle(row, folders);
				if (rescued !== undefined) rescues.push(rescued);
				else {
					unlinkSync(slotPath(row.slot));
					store.dropTrash(row.id);
				}
			}

			return rescues;
		},
	};
};

const pathIsShut = (code: string | undefined): boolean =>
	code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP' || code === 'EACCES';
