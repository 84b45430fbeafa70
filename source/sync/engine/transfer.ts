import {randomBytes} from 'node:crypto';
import type {Content, Endpoint} from '../endpoint/endpoint.ts';
import {isFile} from '../entry.ts';
import type {BytePath} from '../path.ts';
import {partByArrival} from '../plan/arrived.ts';
import {gatherFills, type Step} from '../plan/fill.ts';
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
	/** They are under way no more, and so many bytes of them went in vain. */
	onDropped: (puts: readonly Put[], bytes: number) => void;
	/** Their owner waits for those that are left. */
	flights: Record<Side, Flights>;
};

const mostInFlight = 3;

/**
 * Does one side's operations of a plan, batch by batch, and writes down what came of each. Where it is
 * not the last plan of a cycle, the last commits land while the next one is made.
 */
export const transfer = async (
	context: Transfer,
	side: Side,
	plan: Plan,
	report: CycleReport,
	{isLast}: {isLast: boolean},
): Promise<void> => {
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
	if (now.length > 0) {
		const txn = randomBytes(6).toString('hex');
		const filled = arrived.length > 0;
		await commitBatches({context, side, txn, halves: halvesOf(plan), filled, report}, now);
		if (filled) await flights[side].untilAtMost(0);
		const isThere = ({path, signature}: Put) =>
			context.ledger.entryAt(side, path)?.signature === signature;
		carrier.refused(
			side,
			arrived.filter(put => !isThere(put)),
		);
	}

	if (isLast) await flights[side].untilAtMost(0);
	if (!carrier.isLittered(side)) return;
	await flights[side].untilAtMost(0);
	const {rescued} = await context.endpoints[side].settle({arrived: true});
	carrier.swept(side);
	const atMs = context.now().getTime();
	context.ledger.transaction(() => noteRescues(context, report, side, rescued, atMs));
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

/** Batch by batch, in order; while one is worked on, the next one is read and on its way. */
async function commitBatches(commits: Commits, operations: readonly Operation[]): Promise<void> {
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
}
