import {contentOf, isFile} from '../entry.ts';
import {insideGit} from '../matcher.ts';
import {parentOf, type BytePath} from '../path.ts';
import type {Operation, Put} from './operation.ts';
import {gitRank} from './order.ts';
import {isWithin} from './tree.ts';

/**
 * Parts the operations of a side, in their order, into those that can be done now and those that
 * wait for contents that are still on their way: the puts of them, what takes away the same content
 * under its old name (so that a moved file is never at neither), what must come after one of
 * these, and in a repository what could name an object that is not there yet. Pure.
 */
export const partByArrival = (
	operations: readonly Operation[],
	isOnItsWay: (put: Put) => boolean,
): {now: Operation[]; later: Operation[]} => {
	const onTheirWay = operations.filter(
		(operation): operation is Put => operation.kind === 'put' && isOnItsWay(operation),
	);
	if (onTheirWay.length === 0) return {now: [...operations], later: []};
	const contents = new Set(onTheirWay.map(({signature}) => contentOf(signature)));
	const gitRanks = onTheirWay.filter(({path}) => insideGit(path)).map(({path}) => gitRank(path));
	const firstGitRank = Math.min(...gitRanks);
	const waiting = new Set<BytePath>();
	/** Folders that still hold something that waits. */
	const inUse = new Set<BytePath>();

	const waits = (operation: Operation): boolean => {
		if (isWithin(operation.path, waiting)) return true;
		if (operation.kind === 'rmdir') return inUse.has(operation.path);
		if (operation.kind === 'remove') {
			return isFile(operation.expected) && contents.has(contentOf(operation.expected));
		}

		return (
			operation.kind === 'put' &&
			(isOnItsWay(operation) ||
				(insideGit(operation.path) && gitRank(operation.path) > firstGitRank))
		);
	};

	const now: Operation[] = [];
	const later: Operation[] = [];
	for (const operation of operations) {
		if (!waits(operation)) {
			now.push(operation);
			continue;
		}

		later.push(operation);
		waiting.add(operation.path);
		for (let above = parentOf(operation.path); above !== ''; above = parentOf(above)) {
			if (inUse.has(above)) break;
			inUse.add(above);
		}
	}

	return {now, later};
};
