import {contentOf} from '../entry.ts';
import type {Operation} from './operation.ts';

/** Contents that the operations take away from a side and bring nowhere else: a move is none. */
export const countDeletions = (operations: readonly Operation[]): number => {
	const removes = operations.filter(operation => operation.kind === 'remove');
	if (removes.length === 0) return 0;
	const arrive = new Map<string, number>();
	for (const operation of operations) {
		if (operation.kind !== 'put') continue;
		const content = contentOf(operation.signature);
		arrive.set(content, (arrive.get(content) ?? 0) + 1);
	}

	let count = 0;
	for (const {expected} of removes) {
		const content = contentOf(expected);
		const left = arrive.get(content) ?? 0;
		if (left === 0) count++;
		else arrive.set(content, left - 1);
	}

	return count;
};
