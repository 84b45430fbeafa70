import {folderSignature} from '../../entry.ts';
import {putsOf, type Step} from '../../plan/fill.ts';
import {outcomeOf} from '../../plan/outcome.ts';
import type {EndpointContext} from '../context.ts';
import type {Commit, CommitReply, OperationResult} from '../endpoint.ts';
import type {Folders} from '../folders.ts';
import {remember, type Remembered} from '../remember.ts';
import {createStager} from '../stage.ts';
import type {Trash} from '../trash.ts';
import type {WorkArea} from '../work-area.ts';
import {attempt} from './attempt.ts';
import {fillFolder} from './fill-folder.ts';
import {groupsOf} from './groups.ts';
import {done, refused, stale, type Act} from './outcome.ts';
import {whyNot} from './permit.ts';
import {preparePut} from './put-entry.ts';
import {prepareRemove} from './remove-entry.ts';
import {changeMode, makeFolder, moveAside, removeFolder} from './reshape.ts';
import type {Transaction} from './transaction.ts';

/** What was done, and what the store knows of it. */
export type Committed = CommitReply & Remembered;

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
		filled: new Map(),
		inheriting: new Map(),
		written: new Map(),
		nextSlot: () => slots++,
	};
	const results: OperationResult[] = [];
	const perform = (one: Step, act: Act) => {
		const result = attempt(folders, one.path, act);
		results.push(result);
		noteDone(transaction, one, result);
	};

	const prepareAndPerform = (one: Step) => perform(one, () => prepare(transaction, one)());
	for (const {kind, steps} of groupsOf(commit.operations)) {
		folders.trim();
		if (kind === 'replacing') {
			const acts = store.transaction(() => steps.map(one => prepareSafely(transaction, one)));
			store.transaction(() => {
				for (const [index, one] of steps.entries()) perform(one, acts[index]!);
			});
		} else if (kind === 'making') store.transaction(() => steps.forEach(prepareAndPerform));
		else steps.forEach(prepareAndPerform);
	}

	step('remember');
	folders.trim();
	const {rescued} = transaction;
	return {results, rescued, ...store.transaction(() => remember(store, transaction))};
};

/**
 * So that it is known for sync's own, whatever a user makes of it before the answer arrives. What stands
 * there is noted with it: a folder that went is not yet the file that takes its name.
 */
function noteDone({context, txn}: Transaction, one: Step, result: OperationResult): void {
	if (result.status !== 'done' || one.kind === 'aside') return;
	if (result.except === undefined) {
		const outcome = one.kind === 'fill' ? folderSignature : outcomeOf(one);
		context.store.addDone(txn, one.path, outcome);
		return;
	}

	// A filled folder that is named was filled wholly.
	const except = new Set(result.except.map(({path}) => path));
	for (const {path, signature} of putsOf(one)) {
		if (!except.has(path)) context.store.addDone(txn, path, signature);
	}
}

function prepare(transaction: Transaction, operation: Step): Act {
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
		case 'fill':
			return () => fillFolder(transaction, operation);
		case 'mkdir':
			return () => makeFolder(transaction, operation.path);
		case 'mode':
			return () => changeMode(transaction, operation);
	}
}

/** The same, with what it met on the way as what the step will say. */
function prepareSafely(transaction: Transaction, operation: Step): Act {
	let act: Act = () => stale;
	const failure = attempt(transaction.folders, operation.path, () => {
		act = prepare(transaction, operation);
		return done;
	});
	return failure.status === 'done' ? act : () => failure;
}
