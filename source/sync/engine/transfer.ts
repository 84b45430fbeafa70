import {randomBytes} from 'node:crypto';
import type {Content, Endpoint} from '../endpoint/endpoint.ts';
import {isFile} from '../entry.ts';
import {parentOf, type BytePath} from '../path.ts';
import {partByArrival} from '../plan/arrived.ts';
import {partByUrgency} from '../plan/urgent.ts';
import {gatherFills, operationsOf, type Step} from '../plan/fill.ts';
import {
	otherSide,
	type Operation,
	type Plan,
	type PlanRule,
	type Put,
	type Side,
} from '../plan/operation.ts';
import {contentsFor, mostOfBatch, splitSteps, type Batch} from './batch.ts';
import type {Carrier} from './carrier.ts';
import {commitBatch, noteRescues, type Commits} from './commit-batch.ts';
import type {Flights} from './flights.ts';
import type {Ledger} from './ledger.ts';
import type {CycleReport} from './report.ts';

export type Transfer = {
	rule: Pick<PlanRule, 'direction'>;
	ledger: Ledger;
	endpoints: Record<Side, Endpoint>;
	carrier: Carrier;
	/** Files up to this size travel beside the operations; larger ones by the mover. */
	inlineFileBytes: number;
	/** Contents that came with the scan. */
	contents: ReadonlyMap<BytePath, Content>;
	signal: AbortSignal;
	now: () => Date;
	onExpected: (puts: readonly Put[]) => void;
	onMoved: (moved: {files: number; bytes: number}) => void;
	/** Folders in which a person saved something: that goes first. */
	urgent: Record<Side, ReadonlySet<BytePath>>;
	/** True where something was saved since: what is left is left to the next plan. */
	isInterrupted: () => Promise<boolean>;
	/** They are under way no more, and so many bytes of them went in vain. */
	onDropped: (puts: readonly Put[], bytes: number) => void;
	/** Their owner waits for those that are left. */
	flights: Record<Side, Flights>;
};

const mostInFlight = 3;

/**
 * Does one side's operations of a plan, batch by batch, and writes down what came of each. Where it is
 * not the last plan of a cycle, the last commits land while the next one is made. Yields false where it
 * was interrupted before the end.
 */
export const transfer = async (
	context: Transfer,
	side: Side,
	plan: Plan,
	report: CycleReport,
	{isLast}: {isLast: boolean},
): Promise<boolean> => {
	const {carrier, flights} = context;
	await throwFullDisk(context, side);
	const puts = plan[side].filter(operation => operation.kind === 'put');
	const brought = carrier.broughtOf(side, puts);
	const isOnItsWay = (put: Put) => isLarge(put, context) && !brought.has(put);
	const {now, later} = partByArrival(plan[side], isOnItsWay);
	const fresh = carrier.carry(side, puts.filter(isOnItsWay), {
		bytes: count => context.onMoved({files: 0, bytes: count}),
		dropped: context.onDropped,
	});
	report.isCarrying ||= later.length > 0 && carrier.isCarrying(side);
	const waiting = carrier.waiting(side).map(held => ({side, ...held}));
	report.held = [...report.held.filter(held => held.side !== side), ...waiting];
	const due = now.filter(operation => operation.kind === 'put');
	const arrived = due.filter(put => brought.has(put));
	context.onExpected([...due.filter(put => !brought.has(put)), ...fresh]);
	carrier.taken(side, arrived);
	const filled = arrived.length > 0;
	const left = await commitAll({context, side, plan, filled, report}, now);
	const isWhole = left.size === 0;
	if (filled || (isLast && isWhole)) await flights[side].untilAtMost(0);
	context.onDropped(
		due.filter(put => left.has(put.path) && !brought.has(put)),
		0,
	);
	const isThere = ({path, signature}: Put) =>
		context.ledger.entryAt(side, path)?.signature === signature;
	carrier.returned(
		side,
		arrived.filter(({path}) => left.has(path)),
	);
	carrier.refused(
		side,
		arrived.filter(put => !left.has(put.path) && !isThere(put)),
	);
	if (!carrier.isLittered(side)) return isWhole;
	await flights[side].untilAtMost(0);
	const {rescued} = await context.endpoints[side].settle({arrived: true});
	carrier.swept(side);
	const atMs = context.now().getTime();
	context.ledger.transaction(() => noteRescues(context, report, side, rescued, atMs));
	return isWhole;
};

const halvesOf = (plan: Plan): ReadonlySet<BytePath> => {
	const local = new Set(plan.local.map(({path}) => path));
	return new Set(plan.remote.map(({path}) => path).filter(path => local.has(path)));
};

const isLarge = ({signature, size}: Put, {inlineFileBytes}: Transfer): boolean =>
	isFile(signature) && size > inlineFileBytes;

/** A disk that was found full on the way is this cycle's: the rule halts by it. */
async function throwFullDisk({carrier, endpoints}: Transfer, side: Side): Promise<void> {
	const error = carrier.takeFullDisk(side);
	if (error === undefined) return;
	// What has no room to arrive leaves the room that it took: a full disk stops others too.
	await endpoints[side].settle({arrived: true}).catch(() => {});
	throw error;
}

/** Does all of it, what a person saved just now first. Yields the paths that an interruption left undone. */
async function commitAll(
	{context, side, plan, filled, report}: Omit<Commits, 'txn' | 'halves'> & {plan: Plan},
	operations: readonly Operation[],
): Promise<ReadonlySet<BytePath>> {
	const txn = randomBytes(6).toString('hex');
	const commits = {context, side, txn, halves: halvesOf(plan), filled, report};
	const {first, rest} = partByUrgency(operations, context.urgent[otherSide(side)]);
	await commitUrgent({...commits, txn: `${txn}u`}, first);
	if (report.halted !== undefined) return new Set();
	const left = await commitBatches(commits, rest);
	return new Set(left.flatMap(operationsOf).map(({path}) => path));
}

/** One after another, and before what is on its way already, where nothing of that is needed. */
async function commitUrgent(commits: Commits, operations: readonly Operation[]): Promise<void> {
	const {context, side, txn, report} = commits;
	const flights = context.flights[side];
	const folders = new Set<BytePath>();
	for (const {path} of operations) {
		for (let at = parentOf(path); at !== ''; at = parentOf(at)) folders.add(at);
	}

	if ([...flights.paths()].some(path => folders.has(path))) await flights.untilAtMost(0);
	for (const [index, batch] of splitSteps(operations, context.inlineFileBytes).entries()) {
		if (report.halted !== undefined) return;
		const contents = await contentsFor(context, otherSide(side), batch);
		const ready = {operations: batch, ...contents};
		await commitBatch(commits, {txn: `${txn}x${index}`}, ready, undefined);
	}
}

/**
 * Batch by batch, in order; while one is worked on, the next one is read and on its way. Yields the
 * steps that were not begun because something interrupted.
 */
async function commitBatches(commits: Commits, operations: readonly Operation[]): Promise<Step[]> {
	if (operations.length === 0) return [];
	const {context, side, txn, halves, report} = commits;
	const flights = context.flights[side];
	const isSmall = (put: Put) => !isLarge(put, context);
	const steps = gatherFills(operations, {halves, isSmall, most: mostOfBatch});
	const batches = splitSteps(steps, context.inlineFileBytes);
	const read = async (batch: Step[]): Promise<Batch> => ({
		operations: batch,
		...(await contentsFor(context, otherSide(side), batch)),
	});
	let next = read(batches[0]!);
	for (const [index, batch] of batches.entries()) {
		const ready = await next;
		context.signal.throwIfAborted();
		if (index > 0 && (await context.isInterrupted())) return batches.slice(index).flat();
		const following = batches[index + 1];
		if (following !== undefined) {
			next = read(following);
			next.catch(() => {});
		}

		const last = flights.last();
		const order = {txn: `${txn}x${index}`, after: last?.txn};
		const landed = commitBatch(commits, order, ready, last?.landed);
		flights.add({txn: order.txn, steps: batch, landed});
		await flights.untilAtMost(mostInFlight - 1);
		if (report.halted !== undefined) break;
	}

	return [];
}
