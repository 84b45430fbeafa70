import type {Content, Endpoint, TreeEndpoint} from '../endpoint/endpoint.ts';
import {conflictStamp} from '../conflict-name.ts';
import type {Signature} from '../entry.ts';
import {joinPath, type BytePath} from '../path.ts';
import {plan} from '../plan/plan.ts';
import {otherSide, type Plan, type PlanRule, type Put, type Side} from '../plan/operation.ts';
import {brake} from './brake.ts';
import {createFlights, type Flights} from './flights.ts';
import {haltedByDisk} from './full-disk.ts';
import type {Ledger} from './ledger.ts';
import {lookAtBoth} from './look.ts';
import type {Carrier} from './carrier.ts';
import {createInterruption} from './interruption.ts';
import {measureStanding} from './measure-standing.ts';
import {noteHalt, notedHalt} from './noted-halt.ts';
import {onBoth} from './on-both.ts';
import type {Moving, Progress} from './progress.ts';
import {purgeDaily} from './purge.ts';
import {emptyReport, type CycleReport, type HaltReason} from './report.ts';
import {lookAtSaved, readOn, startReading} from './reading.ts';
import {transfer} from './transfer.ts';

/** What of a rule decides the plan and the brake. */
export type CycleRule = Pick<PlanRule, 'direction' | 'owner' | 'conflict'> & {maxDelete: number};

export type CycleProgress =
	{phase: 'scanning'; side: Side; files: number} | ({phase: 'moving'} & Moving);

export type CycleRequest = {
	/**
	 * Look at the whole tree of a side; without it at `folders`, and not at all where none are
	 * named. Both: the roots are opened anew, which is due at first and after anything went wrong.
	 */
	full: Record<Side, boolean>;
	folders: Record<Side, ReadonlySet<BytePath>>;
	/** A person said that the deletions are meant. */
	allowDelete: boolean;
	dryRun: boolean;
	signal: AbortSignal;
	onProgress?: (progress: CycleProgress) => void;
	/** Folders that were told of since it was asked last: a save goes before what else is to be moved. */
	news?: () => Record<Side, ReadonlySet<BytePath>>;
};

export type CycleParts = {
	rule: CycleRule;
	ledger: Ledger;
	endpoints: {local: TreeEndpoint; remote: Endpoint};
	/** The roots of the other rules of the same remote: this one's must be apart from them. */
	others?: Record<Side, readonly string[]>;
	/** Lives as long as the rule is open, as the progress does. */
	carrier: Carrier;
	progress: Progress;
	/** Files up to this size travel beside the operations; larger ones by the mover. */
	inlineFileBytes: number;
	/** How many files a first sync reads before these move; undefined: all. */
	firstPart?: number | undefined;
	now: () => Date;
	/** A save is looked for so often while much moves. */
	pauseMs?: number | undefined;
};

const sides = ['local', 'remote'] as const;

/**
 * One pass: look, plan, brake, move, write down. Whatever happens in between, no content that
 * was live on a side is lost, and the next full cycle finds the way on.
 */
export const runCycle = async (parts: CycleParts, request: CycleRequest): Promise<CycleReport> => {
	const {ledger} = parts;
	const report = emptyReport();
	const isFull = request.full.local && request.full.remote;
	const contents = new Map<BytePath, Content>();
	const reading = startReading(parts, request);
	const halted = await lookAtBoth(parts, request, report, contents, reading);
	if (halted !== undefined) {
		remember(ledger, halted, request);
		return {...report, halted};
	}

	request.signal.throwIfAborted();
	await recover(parts);
	if (isFull) {
		ledger.pruneConflicts();
		if (!request.dryRun) await purgeDaily(parts, report);
	}

	// What the host has already is to be seen beside the whole of the laptop's tree.
	if (reading.left.length > 0 && ledger.differs('remote')) {
		await readOn(parts, request, report, contents, reading, {whole: true});
	}

	const interruption = createInterruption(request.news, parts.endpoints.local, parts.pauseMs);
	let urgent = interruption.take([]);
	const {progress} = parts;
	const flights = {local: createFlights(), remote: createFlights()};
	const show = () => request.onProgress?.({phase: 'moving', ...progress.now});
	const context = {
		...parts,
		contents,
		signal: request.signal,
		flights,
		onExpected(puts: readonly Put[]) {
			if (puts.length === 0) return;
			progress.expect(puts);
			show();
		},
		onMoved(moved: {files: number; bytes: number}) {
			progress.moved(moved);
			show();
		},
		onDropped(puts: readonly Put[], bytes: number) {
			progress.drop(puts, bytes);
			show();
		},
	};
	try {
		for (;;) {
			const planned = await planNow(parts, report, flights);
			// What lands meanwhile may have halted the rule already.
			if (!request.allowDelete) report.halted ??= findHalt(parts, planned.deletions);
			remember(ledger, report.halted, request);
			if (report.halted !== undefined || request.dryRun) return report;

			ledger.transaction(() => ledger.agree(planned.agreed));
			const isLast = reading.left.length === 0;
			const next = isLast
				? undefined
				: haltedByDisk(report, 'local', () =>
						readOn(parts, request, report, contents, reading, {whole: false, interruption}),
					);
			let isCut = false;
			const moving = {...context, urgent, isInterrupted: () => interruption.isDue()};
			try {
				await onBoth(side =>
					haltedByDisk(report, side, async () => {
						const isWhole = await transfer(moving, side, planned, report, {isLast});
						isCut ||= !isWhole;
					}),
				);
			} finally {
				// Else it would write into a book that is closed.
				await Promise.allSettled([next]);
			}

			await next;
			if (report.halted !== undefined) {
				remember(ledger, report.halted, request);
				return report;
			}

			if (isLast && !isCut) break;
			request.signal.throwIfAborted();
			await interruption.isDue();
			// What is not read yet must not be met by something from the other side.
			urgent = interruption.take(reading.left.length > 0 ? ['local'] : sides);
			// What is on its way to a side must be there before it is looked at.
			if (urgent.remote.size > 0) await onBoth(side => flights[side].untilAtMost(0));
			await lookAtSaved(parts, {...request, folders: urgent}, report, contents, reading);
		}
	} finally {
		// Else they would write into a book that is closed.
		await onBoth(side => flights[side].untilSettled());
	}

	const missed = interruption.take(sides);
	for (const side of sides) for (const folder of missed[side]) report.again[side].add(folder);

	if (!report.isCarrying) progress.rest();
	const isMoving = report.again.local.size + report.again.remote.size > 0;
	const isLeft = report.isCarrying || report.held.length > 0 || isMoving;
	if (!isLeft) ledger.setMeta('in-step-at', String(parts.now().getTime()));
	return report;
};

/** What is to be done about all that differs now; the report says what it leaves alone. */
async function planNow(
	parts: CycleParts,
	report: CycleReport,
	flights: Record<Side, Flights>,
): Promise<Plan> {
	const {ledger, rule, endpoints, now} = parts;
	const differences = ledger.differences();
	for (const side of sides) for (const path of flights[side].paths()) differences.delete(path);
	if (rule.direction === 'up') await measureStanding(differences, endpoints.local);
	const planned = plan(differences, {
		...rule,
		folds: {local: ledger.meta('folds-local') === '1', remote: ledger.meta('folds-remote') === '1'},
		alikeIn: ledger.alikeIn,
		stamp: conflictStamp(now()),
		held: report.busy,
	});
	Object.assign(report, {plan: planned, drift: planned.drift, blocked: [...planned.blocked]});
	return planned;
}

/** For whoever lists what needs a person without looking at the trees. */
function remember(ledger: Ledger, halted: HaltReason | undefined, {dryRun}: CycleRequest): void {
	const isNews = JSON.stringify(notedHalt(ledger)) !== JSON.stringify(halted);
	if (!dryRun && isNews) noteHalt(ledger, halted);
}

/** What was under way when the last cycle was cut off: what was done of it is what both sides knew. */
async function recover({ledger, endpoints}: CycleParts): Promise<void> {
	const intents = ledger.intents();
	if (intents.length === 0) return;
	const done = new Map<string, Set<BytePath>>();
	for (const {txn, side} of intents) {
		if (!done.has(txn)) done.set(txn, new Set(await endpoints[side].done(txn)));
	}

	const agreed: Plan['agreed'] = [];
	for (const {txn, side, path, signature, files = []} of intents) {
		const isAgreed = (at: BytePath, wanted: Signature | undefined) =>
			done.get(txn)!.has(path) ||
			done.get(txn)!.has(at) ||
			ledger.entryAt(side, at)?.signature === wanted;
		if (isAgreed(path, signature)) agreed.push([path, signature]);
		for (const [name, content] of files) {
			const at = joinPath(path, name);
			if (isAgreed(at, content)) agreed.push([at, content]);
		}
	}

	ledger.transaction(() => {
		ledger.agree(agreed);
		ledger.clearIntents();
	});
}

function findHalt(
	{ledger, rule}: CycleParts,
	deletions: Record<Side, number>,
): HaltReason | undefined {
	const emptied = sides.find(side => ledger.isEmptied(side) && deletions[otherSide(side)] > 0);
	if (emptied !== undefined) {
		return {kind: 'root-emptied', side: emptied};
	}

	// Most cycles delete nothing, and the count goes through the whole book.
	const files = deletions.local + deletions.remote === 0 ? 0 : ledger.fileCount();
	return brake(deletions, files, rule.maxDelete);
}
