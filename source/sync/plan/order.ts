import {insideGit} from '../matcher.ts';
import {depthOf, nameOf, type BytePath} from '../path.ts';
import type {Operation} from './operation.ts';

const ranks: Record<Operation['kind'], number> = {
	aside: 0,
	remove: 1,
	rmdir: 2,
	mkdir: 3,
	put: 4,
	mode: 5,
};

/** Inside `.git`: objects before what names them, the index last; everything else in between. */
export const gitRank = (path: BytePath): number => {
	if (!insideGit(path)) return 1;
	if (/(?:^|\/)\.git\/(?:.*\/)?objects\//.test(path)) return 0;
	return nameOf(path) === 'index' ? 3 : 2;
};

type Key = {operation: Operation; rank: number; depth: number};

/**
 * Frees names first, then makes folders from the top, then fills them: no step needs one that
 * comes after it.
 */
export const inOrder = (operations: Operation[]): Operation[] =>
	operations
		.map((operation): Key => {
			const rank = ranks[operation.kind];
			const depth = depthOf(operation.path);
			const deepestFirst = operation.kind === 'remove' || operation.kind === 'rmdir';
			return {
				operation,
				rank: operation.kind === 'put' ? rank + gitRank(operation.path) / 10 : rank,
				depth: operation.kind === 'put' ? 0 : deepestFirst ? -depth : depth,
			};
		})
		.sort(
			(a, b) =>
				a.rank - b.rank ||
				a.depth - b.depth ||
				(a.operation.path < b.operation.path ? -1 : a.operation.path > b.operation.path ? 1 : 0),
		)
		.map(key => key.operation);
