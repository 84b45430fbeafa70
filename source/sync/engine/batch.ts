import type {Content, Pack, PackItem} from '../endpoint/endpoint.ts';
import {isFile, sameContent} from '../entry.ts';
import {putsOf, type Step} from '../plan/fill.ts';
import {otherSide, type Side} from '../plan/operation.ts';
import {codingsOf} from './roots.ts';
import type {Transfer} from './transfer.ts';

/** What one call carries at most; a file and an operation count alike. */
export const mostOfBatch = {files: 500, bytes: 4 * 1024 * 1024};

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

const loadOf = (step: Step, inlineFileBytes: number): {files: number; bytes: number} => {
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
	const wanted: PackItem[] = [];
	for (const operation of steps.flatMap(putsOf)) {
		if (!isFile(operation.signature)) continue;
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
	const {of, ...pack} = await endpoints[source].read({items: wanted, codings});
	const items = of.map(index => wanted[index]).filter(item => item !== undefined);
	return {contents: found, packs: [{...pack, items}]};
};
