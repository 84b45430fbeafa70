import {rmSync, statSync} from 'node:fs';
import {joinPath, nameOf, nativePath, parentOf, type BytePath} from '../../path.ts';
import {putsOf, type Fill} from '../../plan/fill.ts';
import type {Put} from '../../plan/operation.ts';
import type {OperationResult} from '../endpoint.ts';
import {childOf} from '../remember.ts';
import type {Staged} from '../stage.ts';
import {attempt} from './attempt.ts';
import {done, refused, stale, type Outcome} from './outcome.ts';
import {whyNotFilled} from './permit.ts';
import {create} from './put-entry.ts';
import {makeFolder} from './reshape.ts';
import type {Transaction} from './transaction.ts';

type Ready = {put: Put; staged: Staged};

const setGroupId = 0o2000;

/**
 * Makes a folder with its files beside the tree and moves it to its place in one step, which fails
 * where anything took the name meanwhile. Such a folder is filled file by file, as is one that must
 * inherit something from the folder above it.
 */
export const fillFolder = (transaction: Transaction, fill: Fill): Outcome => {
	const {context, folders, stager} = transaction;
	const target = folders.reach(fill.path);
	const stage = stager.folderFor(fill.path);
	let isMoved = false;
	try {
		const except: OperationResult[] = [];
		const ready = stageFiles(transaction, fill, stage, except);
		folders.forget(fill.path);
		context.step('fill folder');
		isMoved = inheritsNothing(transaction, fill) && moveIn(transaction, stage, target);
		if (isMoved) noteMoved(transaction, fill, ready);
		else {
			const outcome = makeFolder(transaction, fill.path);
			if (outcome.status !== 'done') return outcome;
			createEach(transaction, ready, except);
		}

		return except.length === 0 ? done : {status: 'done', except};
	} finally {
		if (!isMoved) rmSync(nativePath(stage), {recursive: true, force: true});
	}
};

function stageFiles(
	{context, folders, stager}: Transaction,
	fill: Fill,
	stage: BytePath,
	except: OperationResult[],
): Ready[] {
	const ready: Ready[] = [];
	for (const put of putsOf(fill)) {
		let staged: Staged | undefined;
		const result = attempt(folders, put.path, () => {
			const reason = whyNotFilled(context, fill.path, put);
			if (reason !== undefined) return refused(reason);
			staged = stager.stage(put, stage);
			return stale;
		});
		if (staged === undefined) except.push(result);
		else ready.push({put, staged});
	}

	return ready;
}

/** False where the folder above gives its group to what is made in it; asked once of each. */
function inheritsNothing({folders, inheriting}: Transaction, {path}: Fill): boolean {
	const parent = parentOf(path);
	const known = inheriting.get(parent);
	if (known !== undefined) return !known;
	const {mode} = statSync(folders.reach(joinPath(parent, '.')));
	const inherits = (mode & setGroupId) !== 0;
	inheriting.set(parent, inherits);
	return !inherits;
}

/** False where something has the name. */
function moveIn({context}: Transaction, stage: BytePath, target: string | Buffer): boolean {
	try {
		context.rename.noReplace(nativePath(stage), target);
		return true;
	} catch (error) {
		const {code} = error as NodeJS.ErrnoException;
		// Which of them, where the system cannot say so in one step.
		if (code === 'EEXIST' || code === 'ENOTEMPTY' || code === 'ENOTDIR') return false;
		throw error;
	}
}

/** A file keeps its metadata where its folder moves: it is known without another look. */
function noteMoved(
	{clock, made, filled, written}: Transaction,
	{path}: Fill,
	ready: readonly Ready[],
): void {
	const nowMs = clock();
	made.push(path);
	written.set(path, undefined);
	filled.set(
		path,
		ready.map(({put, staged}) => childOf(nameOf(put.path), put.signature, staged.seen, nowMs)),
	);
}

function createEach(
	transaction: Transaction,
	ready: readonly Ready[],
	except: OperationResult[],
): void {
	const {folders} = transaction;
	for (const {put, staged} of ready) {
		const result = attempt(folders, put.path, () =>
			create(transaction, put, {...staged, target: folders.reach(put.path)})(),
		);
		if (result.status !== 'done') except.push(result);
	}
}
