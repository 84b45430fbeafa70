import type {Content, Endpoint, TreeEndpoint} from '../endpoint/endpoint.ts';
import type {BytePath} from '../path.ts';
import {otherSide, sides, type PlanRule, type Put, type Side} from '../plan/operation.ts';
import {brake} from './brake.ts';
import {createFlights} from './flights.ts';
import {haltedByDisk} from './full-disk.ts';
import type {Ledger} from './ledger.ts';
import {lookAtBoth} from './look.ts';
import type {Carrier} from './carrier.ts';
import {createInterruption} from './interruption.ts';
import {noteHalt, notedHalt} from './noted-halt.ts';
import {onBoth} from './on-both.ts';
import {planNow} from './plan-now.ts';
import type {Moving, Progress} from './progress.ts';
import {purgeDaily} from './purge.ts';
import {emptyReport, uniqueFailures, type CycleReport, type HaltReason} from './report.ts';
import {lookAtSaved, readNext, readOn, startReading} from './reading.ts';
import {recover} from './recover.ts';
import {transfer} from './transfer.ts';

/** What of a rule decides the plan and the brake. */
export type CycleRule = Pick<PlanRule, 'direction' | 'owner' | 'conflict'> & {maxDelete: number};

export type CycleProgress =
	{phase: 'scanning'; side: Side; files: number} | ({phase: 'moving'} & Moving);

export type CycleRequest = {
	/**
	 * Open the root of a side anew and look at its whole tree; without it look at `folders`, and not at
	 * all where none are named. Both are due at first, and after anything went wrong.
	 */
	full: Record<Side, boolean>;
	folders: Record<Side, ReadonlySet<BytePath>>;
	/** A person said that the deletions are meant. */
	allowDelete: boolean;
	dryRun: boolean;
	signal: AbortSignal;
	onProgress?: (progress: CycleProgress) => void;
	/**
	 * Folders that were told of since it was asked last: a save goes before what else is to be moved.
	 * None where fewer than `least` of the laptop's are known.
	 */
	news?: (least?: number) => Record<Side, ReadonlySet<BytePath>>;
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
	/** So many folders that changed at once are read while what is known of them moves. */
	burst?: number | undefined;
};

/**
 * One pass: look, plan, brake, move, write down. Whatever happens in between, no content that
 * was live on a side is lost, and the next full cycle finds the way on.
 */
export const runCycle = async (parts: CycleParts, request: CycleRequest): Promise<CycleReport> => {
	const {ledger} = parts;
	const report = emptyReport();
	const isWhole = request.full.local || request.full.remote;
	const contents = new Map<BytePath, Content>();
	const reading = startReading(parts, request);
	const halted = await lookAtBoth(parts, request, report, contents, reading);
	if (halted !== undefined) {
		remember(ledger, halted, request);
		return {...report, halted};
	}

	request.signal.throwIfAborted();
	await recover(parts);
	if (isWhole) {
		ledger.pruneConflicts();
		if (!request.dryRun) await purgeDaily(parts, report);
	}

	// What the host has already is to be seen beside the whole of the laptop's tree.
	if (reading.left.length > 0 && ledger.differs('remote')) {
		await readOn(parts, request, report, contents, reading, {whole: true});
	}

	const interruption = createInterruption(request.news, parts.endpoints.local, parts);
	let urgent = interruption.take([]);
	/** What was under way, and near it, is left out of the plan. */
	let isNarrowed = false;
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
			const planned = await planNow(parts, report, flights, {isNarrowed});
			// What lands meanwhile may have halted the rule already.
			if (!request.allowDelete) report.halted ??= findHalt(parts, planned.deletions);
			remember(ledger, report.halted, request);
			if (report.halted !== undefined || request.dryRun) return report;

			ledger.transaction(() => ledger.agree(planned.agreed));
			// Many changes at once are read while what is known of them moves, but not beside what arrives here.
			// Of a repository all that is known goes in one order.
			const mayBurst = parts.firstPart !== undefined && reading.left.length === 0;
			if (mayBurst) interruption.takeBurst(reading.burst);
			const isBurst = reading.burst.size > 0;
			const isBeside =
				!isBurst || (planned.local.length === 0 && flights.local.last() === undefined);
			const isLast = reading.left.length === 0 && !isBurst && !isNarrowed;
			let isThrough = false;
			const readMore = () =>
				haltedByDisk(report, 'local', () =>
					readNext(parts, request, report, contents, reading, {
						interruption,
						until: () => isThrough,
					}),
				);
			const next = isBeside ? readMore() : undefined;
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
				isThrough = true;
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
			if (!isBeside) {
				await flights.local.untilAtMost(0);
				await readMore();
			}

			// What moved may have changed again: it is planned once more, when it is there.
			if (isNarrowed && !isBurst) await onBoth(side => flights[side].untilAtMost(0));
			isNarrowed = isBurst;
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

	report.failed = uniqueFailures(report.failed);
	const missed = interruption.rest();
	for (const side of sides) for (const folder of missed[side]) report.again[side].add(folder);

	if (!report.isCarrying) progress.rest();
	const isMoving = report.again.local.size + report.again.remote.size > 0;
	const isLeft = report.isCarrying || report.held.length > 0 || isMoving;
	if (!isLeft) ledger.setMeta('in-step-at', String(parts.now().getTime()));
	return report;
};

/** For whoever lists what needs a person without looking at the trees. */
function remember(ledger: Ledger, halted: HaltReason | undefined, {dryRun}: CycleRequest): void {
	const isNews = JSON.stringify(notedHalt(ledger)) !== JSON.stringify(halted);
	if (!dryRun && isNews) noteHalt(ledger, halted);
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
