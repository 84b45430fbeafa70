import {parentOf} from '../../path.ts';
import type {Operation} from '../../plan/operation.ts';
import type {EndpointContext} from '../context.ts';
import type {Commit, CommitReply, OperationResult} from '../endpoint.ts';
import type {Folders} from '../folders.ts';
import {remember, type Remembered} from '../remember.ts';
import {createStager} from '../stage.ts';
import type {Trash} from '../trash.ts';
import type {WorkArea} from '../work-area.ts';
import {done, refused, stale, type Act, type Outcome} from './outcome.ts';
import {whyNot} from './permit.ts';
import {preparePut} from './put-entry.ts';
import {prepareRemove} from './remove-entry.ts';
import {changeMode, makeFolder, moveAside, removeFolder} from './reshape.ts';
import type {Transaction} from './transaction.ts';

/** What was done, and what the store knows of it. */
export type Committed = CommitReply & Remembered;

// Small, so that little time passes between the look before and the step itself.
const groupSize = 64;

/** Does the operations of one transaction, in order; what one of them meets stops no other. */
export const commitOperations = (
	context: EndpointContext,
	area: WorkArea,
	trash: Trash,
	folders: Folders,
	clock: () => number,
	commit: Commit,
): Committed => {
	const {store, step} = context;
	let slots = 0;
	const transaction: Transaction = {
		context,
		area,
		trash,
		folders,
		clock,
		txn: commit.txn,
		stager: createStager(context, area, commit),
		rescued: [],
		made: [],
		written: new Map(),
		nextSlot: () => slots++,
	};
	const results: OperationResult[] = [];
	const perform = (operation: Operation, act: Act) => {
		const result = attempt(folders, operation, act);
		results.push(result);
		// So that it is known for sync's own, whatever a user makes of it before the answer arrives.
		const isDone = result.status === 'done' && operation.kind !== 'aside';
		if (isDone) store.addDone(commit.txn, result.path);
	};

	for (let at = 0; at < commit.operations.length; at += groupSize) {
		const group = commit.operations.slice(at, at + groupSize);
		// A folder must be there, or gone, before what comes after it is looked at.
		const structural = group.some(({kind}) => kind !== 'put' && kind !== 'remove');
		if (structural) {
			const one = (operation: Operation) =>
				perform(operation, () => prepare(transaction, operation)());
			// New folders displace nothing, so nothing of them must be written down before the next one.
			if (group.every(({kind}) => kind === 'mkdir')) store.transaction(() => group.forEach(one));
			else group.forEach(one);
			continue;
		}

		const acts = store.transaction(() =>
			group.map(operation => prepareSafely(transaction, operation)),
		);
		store.transaction(() => {
			for (const [index, operation] of group.entries()) perform(operation, acts[index]!);
		});
	}

	step('remember');
	const {rescued, written, made} = transaction;
	return {results, rescued, ...store.transaction(() => remember(store, folders, written, made))};
};

function prepare(transaction: Transaction, operation: Operation): Act {
	const reason = whyNot(transaction.context, operation);
	if (reason !== undefined) return () => refused(reason);
	switch (operation.kind) {
		case 'put':
			return preparePut(transaction, operation);
		case 'remove':
			return prepareRemove(transaction, operation);
		case 'aside':
			return () => moveAside(transaction, operation);
		case 'rmdir':
			return () => removeFolder(transaction, operation.path);
		case 'mkdir':
			return () => makeFolder(transaction, operation.path);
		case 'mode':
			return () => changeMode(transaction, operation);
	}
}

/** The same, with what it met on the way as what the step will say. */
function prepareSafely(transaction: Transaction, operation: Operation): Act {
	let act: Act = () => stale;
	const failure = attempt(transaction.folders, operation, () => {
		act = prepare(transaction, operation);
		return done;
	});
	return failure.status === 'done' ? act : () => failure;
}

function attempt(folders: Folders, {path}: Operation, act: () => Outcome): OperationResult {
	try {
		return {path, ...act()} as OperationResult;
	} catch (error) {
		const code = (error as NodeJS.ErrnoException).code;
		if (code === undefined) throw error;
		if (code === 'ENOENT' || code === 'EEXIST' || code === 'EISDIR') return {path, status: 'stale'};
		if (code === 'ENOTDIR' || code === 'ELOOP') {
			// What stands above it was a folder to the plan: a link, or a file, took its place.
			folders.forget(parentOf(path));
			return {path, status: 'stale'};
		}

		return {path, status: 'failed', code};
	}
}
