import {randomBytes} from 'node:crypto';
import {
	toTheEnd,
	type CommitReply,
	type Content,
	type Endpoint,
	type OperationResult,
} from '../endpoint/endpoint.ts';
import {isFile, sameContent, type Signature} from '../entry.ts';
import {parentOf, type BytePath} from '../path.ts';
import {outcomeOf} from '../plan/outcome.ts';
import {otherSide, type Operation, type Plan, type Put, type Side} from '../plan/operation.ts';
import type {Ledger} from './ledger.ts';
import type {Mover} from './mover.ts';
import type {CycleReport} from './report.ts';

export type Transfer = {
	ledger: Ledger;
	endpoints: Record<Side, Endpoint>;
	mover: Mover;
	/** Files up to this size travel beside the operations; larger ones by the mover. */
	inlineFileBytes: number;
	/** Contents that came with the scan. */
	contents: ReadonlyMap<BytePath, Content>;
	signal: AbortSignal;
	now: () => Date;
	onMoved: (moved: {files: number; bytes: number}) => void;
};

const batchBytes = 4 * 1024 * 1024;
const batchOperations = 500;

type Batch = {operations: Operation[]; contents: Content[]};

/** Does one side's operations of a plan, batch by batch, and writes down what came of each. */
export const transfer = async (
	context: Transfer,
	side: Side,
	plan: Plan,
	report: CycleReport,
): Promise<void> => {
	const operations = plan[side];
	if (operations.length === 0) return;
	const txn = randomBytes(6).toString('hex');
	const source = otherSide(side);
	const large = operations.filter(
		(operation): operation is Put =>
			operation.kind === 'put' &&
			isFile(operation.signature) &&
			operation.size > context.inlineFileBytes,
	);
	if (large.length > 0) {
		await context.mover({
			txn,
			from: source,
			to: side,
			puts: large,
			signal: context.signal,
			onBytes: bytes => context.onMoved({files: 0, bytes}),
		});
	}

	const batches = split(operations, context.inlineFileBytes);
	const read = async (batch: Operation[]): Promise<Batch> => ({
		operations: batch,
		contents: await contentsFor(context, source, batch),
	});
	let next = batches.length > 0 ? read(batches[0]!) : undefined;
	for (let index = 0; next !== undefined; index++) {
		const batch: Batch = await next;
		context.signal.throwIfAborted();
		// The next batch is read while this one is written.
		const following = batches[index + 1];
		next = following === undefined ? undefined : read(following);
		next?.catch(() => {});
		await commitBatch(context, side, txn, batch, large.length > 0, report);
		if (report.halted !== undefined) return;
	}

	if (large.length > 0)
		noteRescues(report, side, (await context.endpoints[side].settle(txn)).rescued);
};

function split(operations: readonly Operation[], inlineFileBytes: number): Operation[][] {
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
}

async function contentsFor(
	{contents, endpoints, inlineFileBytes}: Transfer,
	source: Side,
	operations: readonly Operation[],
): Promise<Content[]> {
	const found: Content[] = [];
	const wanted: Array<{path: BytePath; signature: Signature}> = [];
	for (const operation of operations) {
		if (operation.kind !== 'put' || !isFile(operation.signature)) continue;
		if (operation.size > inlineFileBytes) continue;
		const known = contents.get(operation.path);
		if (known !== undefined && sameContent(known.signature, operation.signature)) found.push(known);
		else wanted.push({path: operation.path, signature: operation.signature});
	}

	return wanted.length === 0 ? found : [...found, ...(await endpoints[source].read(wanted))];
}

async function commitBatch(
	{ledger, endpoints, now, onMoved, inlineFileBytes}: Transfer,
	side: Side,
	txn: string,
	{operations, contents}: Batch,
	filled: boolean,
	report: CycleReport,
): Promise<void> {
	const intents = operations
		.filter(({kind}) => kind !== 'aside')
		.map(operation => ({txn, side, path: operation.path, signature: outcomeOf(operation)}));
	ledger.transaction(() => ledger.intend(intents));
	const reply = await endpoints[side].commit({txn, operations, contents, filled});
	const atMs = now().getTime();
	ledger.transaction(() => {
		for (const [index, operation] of operations.entries()) {
			const result = reply.results[index] ?? {path: operation.path, status: 'stale'};
			record(ledger, side, operation, result, report);
			if (result.status !== 'done' || !('copy' in result) || result.copy === undefined) continue;
			const keeps = otherSide(side);
			const conflict = {path: operation.path, copy: result.copy, keeps};
			report.conflicts.push(conflict);
			ledger.addConflict({...conflict, atMs});
			report.again[side].add(parentOf(result.copy));
		}

		noteRescues(report, side, reply.rescued, ledger, atMs);
		advance(ledger, side, reply.reach);
		ledger.clearIntents(side);
	});
	const puts = operations.filter(operation => operation.kind === 'put');
	const small = puts.filter(({size}) => size <= inlineFileBytes);
	onMoved({files: puts.length, bytes: small.reduce((sum, {size}) => sum + size, 0)});
}

/** The side's own changes of this transaction need not be heard again. */
function advance(ledger: Ledger, side: Side, reach: CommitReply['reach']): void {
	const cursor = ledger.cursor(side);
	if (cursor?.path === toTheEnd && cursor.sequence === reach.before) {
		ledger.setCursor(side, {...cursor, sequence: reach.after});
	}
}

export function noteRescues(
	report: CycleReport,
	side: Side,
	rescued: CommitReply['rescued'],
	ledger?: Ledger,
	atMs = 0,
): void {
	for (const {path, copy} of rescued) {
		report.again[side].add(parentOf(copy));
		if (copy === path) continue;
		const conflict = {path, copy, keeps: otherSide(side)};
		report.conflicts.push(conflict);
		ledger?.addConflict({...conflict, atMs});
	}
}

function record(
	ledger: Ledger,
	side: Side,
	operation: Operation,
	result: OperationResult,
	report: CycleReport,
): void {
	const {path} = operation;
	const moved = report.moved[side];
	switch (result.status) {
		case 'done': {
			const signature = outcomeOf(operation);
			const size = operation.kind === 'put' ? operation.size : 0;
			const mtimeMs = operation.kind === 'put' ? operation.mtimeMs : 0;
			ledger.arrived(side, path, signature === undefined ? undefined : {signature, size, mtimeMs});
			if (operation.kind !== 'aside') ledger.agree([[path, signature]]);
			if (operation.kind === 'put') {
				moved.files++;
				moved.bytes += size;
			} else if (operation.kind === 'remove') moved.deleted++;
			else moved.other++;
			break;
		}

		case 'kept':
			ledger.agree([[path, 'k']]);
			break;
		case 'stale':
			report.again.local.add(parentOf(path));
			report.again.remote.add(parentOf(path));
			break;
		case 'refused':
			report.blocked.push({path, reason: `${side}: ${result.reason}`});
			break;
		case 'failed':
			if (result.code === 'ENOSPC' || result.code === 'EDQUOT') {
				report.halted = {kind: 'disk-full', side};
			} else report.failed.push({side, path, code: result.code});
			break;
	}
}
