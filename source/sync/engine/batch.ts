import type {Content, Pack} from '../endpoint/endpoint.ts';
import {isFile, sameContent, type Signature} from '../entry.ts';
import type {BytePath} from '../path.ts';
import {otherSide, type Operation, type Side} from '../plan/operation.ts';
import {codingsOf} from './roots.ts';
import type {Transfer} from './transfer.ts';

const batchBytes = 4 * 1024 * 1024;
const batchOperations = 500;

/** What goes to a side in one call. */
export type Batch = {operations: Operation[]; contents: Content[]; packs: Pack[]};

/** Parts operations, in their order, into what one call may carry. */
export const splitOperations = (
	operations: readonly Operation[],
	inlineFileBytes: number,
): Operation[][] => {
	const batches: Operation[][] = [];
	let bytes = Number.POSITIVE_INFINITY;
	for (const operation of operations) {
		const size = operation.kind === 'put' && operation.size <= inlineFileBytes ? operation.size : 0;
		if (bytes + size > batchBytes || batches.at(-1)!.length >= batchOperations) {
			batches.push([]);
			bytes = 0;
		}

		batches.at(-1)!.push(operation);
		bytes += size;
	}

	return batches;
};

/** The small files' contents: those that came with the scan, and the others from the side that has them. */
export const contentsFor = async (
	{contents, endpoints, inlineFileBytes, ledger}: Transfer,
	source: Side,
	operations: readonly Operation[],
): Promise<Pick<Batch, 'contents' | 'packs'>> => {
	const found: Content[] = [];
	const wanted: Array<{path: BytePath; signature: Signature; size: number}> = [];
	for (const operation of operations) {
		if (operation.kind !== 'put' || !isFile(operation.signature)) continue;
		if (operation.size > inlineFileBytes) continue;
		const known = contents.get(operation.path);
		if (known !== undefined && sameContent(known.signature, operation.signature)) found.push(known);
		else {
			const {path, signature, size} = operation;
			wanted.push({path, signature, size});
		}
	}

	if (wanted.length === 0) return {contents: found, packs: []};
	const codings = codingsOf(ledger, otherSide(source));
	const packs = [await endpoints[source].read({items: wanted, codings})];
	return {contents: found, packs};
};
