import {FleetError} from '../../errors.ts';
import type {ChangesPage, Content, Endpoint} from '../endpoint/endpoint.ts';
import {shownPath, type BytePath} from '../path.ts';
import {sides, type Side} from '../plan/operation.ts';
import {haltedByDisk} from './full-disk.ts';
import {notedHalt} from './noted-halt.ts';
import {noteRescues} from './commit-batch.ts';
import type {CycleParts, CycleRequest} from './cycle.ts';
import type {Ledger} from './ledger.ts';
import {onBoth} from './on-both.ts';
import type {CycleReport, HaltReason} from './report.ts';
import type {Reading} from './reading.ts';
import {checkRoot, rememberRoot} from './roots.ts';

/**
 * Hears from both sides what changed. A look at the whole of a side opens its root first, and halts
 * where it is not the folder that was synced before; the side that is nearer does not wait for the other.
 */
export const lookAtBoth = async (
	parts: CycleParts,
	request: CycleRequest,
	report: CycleReport,
	contents: Map<BytePath, Content>,
	reading: Reading,
): Promise<HaltReason | undefined> => {
	const {ledger, endpoints} = parts;
	const lookAt = (side: Side) =>
		haltedByDisk(report, side, () => look(parts, request, side, report, contents, reading));
	const isWhole = request.full.local || request.full.remote;
	if (!isWhole) {
		await onBoth(lookAt);
		return report.halted;
	}

	const isNone = await findMissingSource(parts, {accept: request.allowDelete});
	if (isNone !== undefined) return isNone;
	// What halted before may halt again: then nothing is read in vain.
	const isHalted = notedHalt(ledger) !== undefined;
	const opened = await onBoth(async side => {
		if (!request.full[side]) {
			await lookAt(side);
			return undefined;
		}

		const state = await haltedByDisk(report, side, () =>
			endpoints[side].open({
				create: !request.dryRun && isMade(parts, request, side),
				others: parts.others?.[side],
			}),
		);
		if (state === undefined) return undefined;
		// A dry run makes no root: one that would be made is as if it were empty.
		const isAsEmpty = state.state === 'missing' && request.dryRun && isMade(parts, request, side);
		if (isAsEmpty) return {state, halted: undefined};
		const halted = checkRoot(ledger, side, state, {accept: request.allowDelete});
		if (halted === undefined && !isHalted) await lookAt(side);
		return {state, halted};
	});
	const halted = report.halted ?? opened.local?.halted ?? opened.remote?.halted;
	if (halted !== undefined) return halted;
	for (const side of sides) {
		if (opened[side] !== undefined) rememberRoot(ledger, side, opened[side].state);
	}

	if (isHalted) {
		await onBoth(async side => {
			if (opened[side]?.state.state === 'ready') await lookAt(side);
		});
	}

	return report.halted;
};

/** Where the laptop has nothing to say nothing is made on the host: its root is looked at before. */
async function findMissingSource(
	{ledger, rule, endpoints}: CycleParts,
	{accept}: {accept: boolean},
): Promise<HaltReason | undefined> {
	if (rule.direction === 'bidi' || ledger.meta('root-local') !== undefined) return undefined;
	const state = await endpoints.local.open({create: false});
	if (state.state === 'missing') {
		throw new FleetError(
			'failed',
			`the folder that sync_up should send is not there: ${shownPath(state.root)}`,
			{hint: 'Make it, or name another in remote.toml.'},
		);
	}

	return checkRoot(ledger, 'local', state, {accept});
}

/** A root that was there once is made anew only where a person says so. */
function isMade({ledger, rule}: CycleParts, {allowDelete}: CycleRequest, side: Side): boolean {
	const isFirst = ledger.meta(`root-${side}`) === undefined;
	// A local root that `sync_up` should send and that is not there is a mistake in the rule.
	const allowed = side === 'remote' || rule.direction === 'bidi';
	return allowed && (isFirst || allowDelete);
}

/** Hears from one side what changed. */
export const look = async (
	{endpoints, ledger, rule, now, inlineFileBytes}: CycleParts,
	{full, folders, signal, onProgress}: CycleRequest,
	side: Side,
	report: CycleReport,
	contents: Map<BytePath, Content>,
	reading: Reading,
): Promise<void> => {
	if (!full[side] && folders[side].size === 0) return;
	const endpoint = endpoints[side];
	const mostNew = side === 'local' ? reading.mostNew : undefined;
	const startedAt = performance.now();
	const reply = await endpoint.scan(
		{
			full: full[side],
			folders: [...folders[side]],
			since: ledger.cursor(side),
			// Of a part of a first sync nothing comes with the scan: it goes in larger pieces, squeezed.
			inlineBytes: mostNew === undefined ? inlineFileBytes * 4 : 0,
			mostNew,
		},
		({files}) => onProgress?.({phase: 'scanning', side, files}),
	);
	if (full[side]) report.wholeMs[side] = performance.now() - startedAt;
	for (const content of reply.contents) contents.set(content.path, content);
	for (const folder of reply.unsettled) report.again[side].add(folder);
	if (side === 'local') reading.left = reply.postponed ?? [];
	report.secrets = [...new Set([...report.secrets, ...reply.secrets])];
	report.busy.push(...reply.busy);
	ledger.transaction(() =>
		noteRescues({ledger, rule}, report, side, reply.rescued, now().getTime()),
	);

	await takeChanges(ledger, side, endpoint, reply.changes, signal);
};

/** Takes over all that changed on a side, page by page. */
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
