import {
	type ChangesPage,
	type Content,
	type Endpoint,
	type RootState,
	type ScanReply,
} from '../endpoint/endpoint.ts';
import {conflictStamp} from '../conflict-name.ts';
import type {BytePath} from '../path.ts';
import {plan} from '../plan/plan.ts';
import {otherSide, type PlanRule, type Side} from '../plan/operation.ts';
import {haltText} from '../present-report.ts';
import {brake} from './brake.ts';
import {noteRescues} from './commit-batch.ts';
import type {Ledger} from './ledger.ts';
import type {Mover} from './mover.ts';
import {purgeDaily} from './purge.ts';
import {emptyReport, type CycleReport, type HaltReason} from './report.ts';
import {checkRoots} from './roots.ts';
import {transfer} from './transfer.ts';

/** What of a rule decides the plan and the brake. */
export type CycleRule = Pick<PlanRule, 'direction' | 'owner' | 'conflict'> & {maxDelete: number};

export type CycleProgress =
	| {phase: 'scanning'; side: Side; files: number}
	| {phase: 'moving'; files: number; totalFiles: number; bytes: number; totalBytes: number};

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
};

export type CycleParts = {
	rule: CycleRule;
	ledger: Ledger;
	endpoints: Record<Side, Endpoint>;
	mover: Mover;
	/** Files up to this size travel beside the operations; larger ones by the mover. */
	inlineFileBytes: number;
	now: () => Date;
};

const sides = ['local', 'remote'] as const;

/**
 * One pass: look, plan, brake, move, write down. Whatever happens in between, no content that
 * was live on a side is lost, and the next full cycle finds the way on.
 */
export const runCycle = async (parts: CycleParts, request: CycleRequest): Promise<CycleReport> => {
	const {ledger, rule} = parts;
	const report = emptyReport();
	const isFull = request.full.local && request.full.remote;
	if (isFull) {
		const halted = await openRoots(parts, request);
		if (halted !== undefined) {
			remember(ledger, halted, request);
			return {...report, halted};
		}
	}

	const contents = new Map<BytePath, Content>();
	await Promise.all(sides.map(side => look(parts, request, side, report, contents)));
	request.signal.throwIfAborted();
	await recover(parts);
	if (isFull) {
		ledger.pruneConflicts();
		if (!request.dryRun) await purgeDaily(parts, report);
	}

	const planned = plan(ledger.differences(), {
		...rule,
		folds: {local: ledger.meta('folds-local') === '1', remote: ledger.meta('folds-remote') === '1'},
		stamp: conflictStamp(parts.now()),
		held: report.busy,
	});
	Object.assign(report, {plan: planned, drift: planned.drift, blocked: [...planned.blocked]});
	report.halted = request.allowDelete ? undefined : findHalt(parts, planned.deletions);
	remember(ledger, report.halted, request);
	if (report.halted !== undefined || request.dryRun) return report;

	ledger.transaction(() => ledger.agree(planned.agreed));
	const total = [...planned.local, ...planned.remote].filter(({kind}) => kind === 'put');
	const progress = {
		phase: 'moving' as const,
		files: 0,
		bytes: 0,
		totalFiles: total.length,
		totalBytes: total.reduce((sum, put) => sum + (put.kind === 'put' ? put.size : 0), 0),
	};
	const context = {
		...parts,
		contents,
		signal: request.signal,
		onMoved({files, bytes}: {files: number; bytes: number}) {
			progress.files += files;
			progress.bytes += bytes;
			request.onProgress?.({...progress});
		},
	};
	if (total.length > 0) request.onProgress?.({...progress});
	const settled = await Promise.allSettled(
		sides.map(side => transfer(context, side, planned, report)),
	);
	for (const outcome of settled) if (outcome.status === 'rejected') throw outcome.reason;
	const isLeft = report.again.local.size + report.again.remote.size > 0;
	if (!isLeft) ledger.setMeta('in-step-at', String(parts.now().getTime()));
	return report;
};

/** For whoever lists what needs a person without looking at the trees. */
function remember(ledger: Ledger, halted: HaltReason | undefined, {dryRun}: CycleRequest): void {
	if (!dryRun) ledger.setMeta('halted', halted === undefined ? '' : haltText(halted));
}

async function openRoots(
	{endpoints, ledger, rule}: CycleParts,
	{allowDelete, dryRun}: CycleRequest,
): Promise<HaltReason | undefined> {
	const isFirst = (side: Side) => ledger.meta(`root-${side}`) === undefined;
	const create = (side: Side) => {
		// A local root that `sync_up` should send and that is not there is a mistake in the rule.
		const allowed = side === 'remote' || rule.direction === 'bidi';
		return allowed && !dryRun && (isFirst(side) || allowDelete);
	};
	const [local, remote] = await Promise.all(
		sides.map(side => endpoints[side].open({create: create(side)})),
	);
	const states: Record<Side, RootState> = {local: local!, remote: remote!};
	return checkRoots(ledger, states, {accept: allowDelete});
}

async function look(
	{endpoints, ledger, now, inlineFileBytes}: CycleParts,
	{full, folders, signal, onProgress}: CycleRequest,
	side: Side,
	report: CycleReport,
	contents: Map<BytePath, Content>,
): Promise<void> {
	if (!full[side] && folders[side].size === 0) return;
	const endpoint = endpoints[side];
	const reply: ScanReply = await endpoint.scan(
		{
			full: full[side],
			folders: [...folders[side]],
			since: ledger.cursor(side),
			inlineBytes: inlineFileBytes * 4,
		},
		({files}) => onProgress?.({phase: 'scanning', side, files}),
	);
	for (const content of reply.contents) contents.set(content.path, content);
	for (const folder of reply.unsettled) report.again[side].add(folder);
	report.secrets.push(...reply.secrets);
	report.busy.push(...reply.busy);
	ledger.transaction(() => noteRescues(report, side, reply.rescued, ledger, now().getTime()));

	await takeChanges(ledger, side, endpoint, reply.changes, signal);
}

/** Hears of all that changed on a side, page by page. */
export const takeChanges = async (
	ledger: Ledger,
	side: Side,
	endpoint: Pick<Endpoint, 'changes'>,
	first: ChangesPage,
	signal: AbortSignal,
): Promise<void> => {
	const unheard = first.reset ? ledger.reset(side) : undefined;
	for (let page = first; ; page = await endpoint.changes(page.cursor)) {
		signal.throwIfAborted();
		ledger.transaction(() => {
			ledger.apply(side, page.folders);
			for (const {path} of page.folders) unheard?.delete(path);
			if (!page.more && unheard !== undefined) {
				ledger.apply(
					side,
					[...unheard].map(path => ({path, entries: undefined})),
				);
			}

			// A reset that is cut short begins again.
			if (!page.more || unheard === undefined) ledger.setCursor(side, page.cursor);
		});
		if (!page.more) return;
	}
};

/** What was under way when the last cycle was cut off: what was done of it is what both sides knew. */
async function recover({ledger, endpoints}: CycleParts): Promise<void> {
	const intents = ledger.intents();
	if (intents.length === 0) return;
	const done = new Map<string, Set<BytePath>>();
	for (const {txn, side} of intents) {
		if (!done.has(txn)) done.set(txn, new Set(await endpoints[side].done(txn)));
	}

	ledger.transaction(() => {
		ledger.agree(
			intents
				.filter(
					({txn, side, path, signature}) =>
						done.get(txn)!.has(path) || ledger.entryAt(side, path)?.signature === signature,
				)
				.map(({path, signature}) => [path, signature]),
		);
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

	return brake(deletions, ledger.fileCount(), rule.maxDelete);
}
