import type {Content, Pack} from '../endpoint/endpoint.ts';
import {isFile, sameContent} from '../entry.ts';
import {filesOf, type Step, type StepFile} from '../plan/fill.ts';
import {otherSide, type Side} from '../plan/operation.ts';
import {codingsOf} from './roots.ts';
import type {Transfer} from './transfer.ts';

/** What one call carries at most; a file and an operation count alike. */
export const mostOfBatch = {files: 1000, bytes: 4 * 1024 * 1024};

/** What goes to a side in one call. */
export type Batch = {operations: Step[]; contents: Content[]; packs: Pack[]};

/** Parts steps, in their order, into what one call may carry. */
export const splitSteps = (steps: readonly Step[], inlineFileBytes: number): Step[][] => {
	const batches: Step[][] = [];
	let bytes = Number.POSITIVE_INFINITY;
	let files = 0;
	for (const step of steps) {
		const load = loadOf(step, inlineFileBytes);
		if (bytes + load.bytes > mostOfBatch.bytes || files + load.files > mostOfBatch.files) {
			batches.push([]);
			bytes = files = 0;
		}

		batches.at(-1)!.push(step);
		bytes += load.bytes;
		files += load.files;
	}

	return batches;
};

/** What a step adds to a call; a small file's bytes alone travel beside it. */
export const loadOf = (step: Step, inlineFileBytes: number): {files: number; bytes: number} => {
	if (step.kind === 'fill') {
		return {
			files: step.files.length,
			bytes: step.files.reduce((sum, [, , size]) => sum + size, 0),
		};
	}

	const isInline = step.kind === 'put' && step.size <= inlineFileBytes;
	return {files: 1, bytes: isInline ? step.size : 0};
};

/** The small files' contents: those that came with the scan, and the others from the side that has them. */
export const contentsFor = async (
	{contents, endpoints, inlineFileBytes, ledger}: Transfer,
	source: Side,
	steps: readonly Step[],
): Promise<Pick<Batch, 'contents' | 'packs'>> => {
	const found: Content[] = [];
	const wanted: StepFile[] = [];
	const numbers: number[] = [];
	filesOf(steps).forEach(({path, signature, size}, number) => {
		if (!isFile(signature) || size > inlineFileBytes) return;
		const known = contents.get(path);
		if (known !== undefined && sameContent(known.signature, signature)) found.push(known);
		else {
			wanted.push({path, signature, size});
			numbers.push(number);
		}
	});

	if (wanted.length === 0) return {contents: found, packs: []};
	const codings = codingsOf(ledger, otherSide(source));
	const {of, ...pack} = await endpoints[source].read({items: wanted, codings});
	return {contents: found, packs: [{...pack, of: of.map(index => numbers[index] ?? -1)}]};
};
