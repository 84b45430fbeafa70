import {FleetError, isOfTheLink} from '../../errors.ts';
import {
	toTheEnd,
	type Commit,
	type CommitReply,
	type OperationResult,
} from '../endpoint/endpoint.ts';
import {folderSignature, keptSignature, type Entry, type Signature} from '../entry.ts';
import {parentOf, type BytePath} from '../path.ts';
import {putsOf, type Fill, type FilledFile, type Step} from '../plan/fill.ts';
import {outcomeOf} from '../plan/outcome.ts';
import {otherSide, type Operation, type Side} from '../plan/operation.ts';
import {loadOf, type Batch} from './batch.ts';
import type {Intent, Ledger} from './ledger.ts';
import type {CycleReport} from './report.ts';
import type {Transfer} from './transfer.ts';

/** What the commits of one side of a cycle have in common. */
export type Commits = {
	context: Transfer;
	side: Side;
	txn: string;
	/** Paths of which the other side does something too: they are alike when both have done it. */
	halves: ReadonlySet<BytePath>;
	/** Larger contents were brought by the mover. */
	filled: boolean;
	report: CycleReport;
};

/** Has a side do a batch, and writes down what came of it, after what `before` writes. */
export const commitBatch = async (
	{context, side, halves, filled, report}: Commits,
	order: Pick<Commit, 'txn' | 'after'>,
	{operations, contents, packs}: Batch,
	before: Promise<void> | undefined,
): Promise<void> => {
	const {ledger, rule, endpoints, now, onMoved, inlineFileBytes} = context;
	const {txn} = order;
	ledger.transaction(() => ledger.intend(intentsOf({txn, side}, operations, halves)));
	const stop = new AbortController();
	before?.catch((error: unknown) => {
		// The host would wait in vain for the one that was lost on the way.
		if (error instanceof FleetError && isOfTheLink(error)) stop.abort(error);
	});
	const commit = {...order, operations, contents, packs, filled};
	const reply = await endpoints[side].commit(commit, stop.signal);
	// Written down in the order in which it was done.
	await before;
	const atMs = now().getTime();
	ledger.transaction(() => {
		const {results, filled: whole} = sortOut(operations, reply);
		for (const fill of whole) ledger.fill(side, fill);
		record(ledger, side, results, halves);
		for (const {files} of whole) tallyFiles(report, side, files);
		for (const [operation, result] of results) tally(report, side, operation, result);
		for (const [operation, result] of results) {
			if (result.status !== 'done' || result.copy === undefined) continue;
			report.again[side].add(parentOf(result.copy));
			// Of a rule that goes up the plan has said so: it is drift.
			if (rule.direction === 'bidi') {
				addConflict(context, report, side, {path: operation.path, copy: result.copy}, atMs);
			}
		}

		noteRescues(context, report, side, reply.rescued, atMs);
		advance(ledger, side, reply.reach);
		ledger.forgetIntents(txn);
	});
	const moved = {files: 0, bytes: 0};
	for (const step of operations) {
		if (step.kind !== 'put' && step.kind !== 'fill') continue;
		const {files, bytes} = loadOf(step, inlineFileBytes);
		moved.files += files;
		moved.bytes += bytes;
	}

	onMoved(moved);
};

type Done = [operation: Operation, result: OperationResult];

/** What came of each operation, but for the files of folders that were filled wholly: those are `filled`. */
function sortOut(steps: readonly Step[], reply: CommitReply): {results: Done[]; filled: Fill[]} {
	const results: Done[] = [];
	const filled: Fill[] = [];
	for (const [index, step] of steps.entries()) {
		const {path} = step;
		const result = reply.results[index] ?? {path, status: 'stale'};
		if (step.kind !== 'fill') {
			results.push([step, result]);
			continue;
		}

		const isDone = result.status === 'done';
		results.push([{kind: 'mkdir', path}, isDone ? {path, status: 'done'} : result]);
		if (!isDone) continue;
		if (result.except === undefined) {
			filled.push(step);
			continue;
		}

		const except = new Map(result.except.map(file => [file.path, file]));
		for (const put of putsOf(step)) {
			results.push([put, except.get(put.path) ?? {path: put.path, status: 'done'}]);
		}
	}

	return {results, filled};
}

function tallyFiles(report: CycleReport, side: Side, files: readonly FilledFile[]): void {
	const moved = report.moved[side];
	moved.files += files.length;
	for (const [, , size] of files) moved.bytes += size;
}

function intentsOf(
	whose: Pick<Intent, 'txn' | 'side'>,
	steps: readonly Step[],
	halves: ReadonlySet<BytePath>,
): Intent[] {
	return steps.flatMap((step): Intent[] => {
		if (step.kind === 'aside' || halves.has(step.path)) return [];
		const {path} = step;
		if (step.kind !== 'fill') return [{...whose, path, signature: outcomeOf(step)}];
		const files = step.files.map(([name, signature]): [BytePath, Signature] => [name, signature]);
		return [{...whose, path, signature: folderSignature, files}];
	});
}

/** The side's own changes of this transaction need not be heard again. */
function advance(ledger: Ledger, side: Side, reach: CommitReply['reach']): void {
	const cursor = ledger.cursor(side);
	if (cursor?.path === toTheEnd && cursor.sequence === reach.before) {
		ledger.setCursor(side, {...cursor, sequence: reach.after});
	}
}

type Book = Pick<Transfer, 'ledger' | 'rule'>;

/** What was newer than the plan and is back in the tree under a name of its own. */
export const noteRescues = (
	book: Book,
	report: CycleReport,
	side: Side,
	rescued: CommitReply['rescued'],
	atMs: number,
): void => {
	for (const {path, copy} of rescued) {
		report.again[side].add(parentOf(copy));
		if (copy === path) continue;
		if (book.rule.direction === 'bidi') addConflict(book, report, side, {path, copy}, atMs);
		else report.drift.push({path, change: 'changed', copy});
	}
};

function addConflict(
	{ledger}: Book,
	report: CycleReport,
	side: Side,
	{path, copy}: {path: BytePath; copy: BytePath},
	atMs: number,
): void {
	const conflict = {path, copy, keeps: otherSide(side)};
	report.conflicts.push(conflict);
	ledger.addConflict({...conflict, atMs});
}

/** The book learns what is on the side now, and what both sides have alike. */
function record(
	ledger: Ledger,
	side: Side,
	results: readonly Done[],
	halves: ReadonlySet<BytePath>,
): void {
	const isWhole = (path: BytePath, signature: Signature | undefined) =>
		!halves.has(path) || ledger.entryAt(otherSide(side), path)?.signature === signature;

	const arrived: Array<[BytePath, Entry | undefined]> = [];
	const agreed: Array<[BytePath, Signature | undefined]> = [];
	for (const [operation, {status}] of results) {
		const {path} = operation;
		if (status === 'kept') agreed.push([path, keptSignature]);
		if (status !== 'done') continue;
		const signature = outcomeOf(operation);
		const {size, mtimeMs} = operation.kind === 'put' ? operation : {size: 0, mtimeMs: 0};
		arrived.push([path, signature === undefined ? undefined : {signature, size, mtimeMs}]);
		if (operation.kind !== 'aside' && isWhole(path, signature)) agreed.push([path, signature]);
	}

	ledger.settle(side, arrived, agreed);
}

function tally(
	report: CycleReport,
	side: Side,
	operation: Operation,
	result: OperationResult,
): void {
	const {path} = operation;
	const moved = report.moved[side];
	switch (result.status) {
		case 'done':
			if (operation.kind === 'put') {
				moved.files++;
				moved.bytes += operation.size;
			} else if (operation.kind === 'remove') moved.deleted++;
			else moved.other++;
			break;
		case 'kept':
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
