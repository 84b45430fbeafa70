import {insideGit} from '../matcher.ts';
import {parentOf, type BytePath} from '../path.ts';
import type {Operation} from './operation.ts';

/**
 * Parts the operations of a side, in their order, into the puts in these folders, with the new folders
 * that they need, and all others. What depends on more than that, and what a repository holds, keeps
 * its place. Pure.
 */
export const partByUrgency = (
	operations: readonly Operation[],
	folders: ReadonlySet<BytePath>,
): {first: Operation[]; rest: Operation[]} => {
	if (folders.size === 0) return {first: [], rest: [...operations]};
	const named = new Map<BytePath, Operation[]>();
	for (const operation of operations) {
		named.set(operation.path, [...(named.get(operation.path) ?? []), operation]);
	}

	const first = new Set<Operation>();
	for (const operation of operations) {
		const {kind, path} = operation;
		if (kind !== 'put' || !folders.has(parentOf(path)) || insideGit(path)) continue;
		const needed: Operation[] = [operation];
		for (let above = parentOf(path); above !== ''; above = parentOf(above)) {
			needed.push(...(named.get(above) ?? []));
		}

		// A name that must be freed before is freed in its turn.
		const isSimple = needed.every(
			need => named.get(need.path)!.length === 1 && (need === operation || need.kind === 'mkdir'),
		);
		if (isSimple) for (const need of needed) first.add(need);
	}

	return {
		first: operations.filter(operation => first.has(operation)),
		rest: operations.filter(operation => !first.has(operation)),
	};
};
