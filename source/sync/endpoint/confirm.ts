import type {Signature} from '../entry.ts';
import {nameOf, parentOf, type BytePath} from '../path.ts';
import {outcomeOf} from '../plan/outcome.ts';
import {operationsOf, type Step} from '../plan/fill.ts';
import {isExcepted, type OperationResult} from './endpoint.ts';
import type {EndpointStore} from './store.ts';

/**
 * Looks whether the store has what the steps made, but for the paths of which it is `known`.
 * Whoever gets the results takes each path for what its step made of it. Where a user was
 * quicker than the scan that followed, the path may be another by now without any scan having
 * seen it change: those folders are told anew.
 */
export const confirm = (
	store: EndpointStore,
	steps: readonly Step[],
	results: readonly OperationResult[],
	known: ReadonlySet<BytePath>,
): void => {
	const seen = new Map<BytePath, Map<BytePath, Signature> | undefined>();
	const childrenOf = (folder: BytePath) => {
		if (!seen.has(folder)) {
			const children = store.folder(folder)?.children;
			seen.set(folder, children && new Map(children.map(([name, signature]) => [name, signature])));
		}

		return seen.get(folder);
	};

	// A path may be named twice, as when a folder takes a file's place: the last one holds.
	const expected = new Map<BytePath, Signature | undefined>();
	for (const [index, step] of steps.entries()) {
		const result = results[index];
		// A filled folder that is known is known with all that it holds.
		if (step.kind === 'fill' && known.has(step.path)) continue;
		for (const operation of operationsOf(step)) {
			const isDone = result?.status === 'done' && !isExcepted(result, operation.path);
			if (isDone) expected.set(operation.path, outcomeOf(operation));
			else expected.delete(operation.path);
		}
	}

	const wrong = new Set<BytePath>();
	for (const [path, signature] of expected) {
		if (known.has(path)) continue;
		const folder = parentOf(path);
		if (childrenOf(folder)?.get(nameOf(path)) !== signature) wrong.add(folder);
	}

	if (wrong.size === 0) return;
	const sequence = store.sequence() + 1;
	store.transaction(() => {
		for (const folder of wrong) store.tellAgain(folder, sequence);
		store.setSequence(sequence);
	});
};
