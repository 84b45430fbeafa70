import type {Content} from '../endpoint/endpoint.ts';
import type {BytePath} from '../path.ts';
import type {CycleParts, CycleRequest} from './cycle.ts';
import {look} from './look.ts';
import {onBoth} from './on-both.ts';
import type {Interruption} from './interruption.ts';
import type {CycleReport} from './report.ts';

/**
 * How far the laptop's tree is read in a first sync. Where the host's is empty, what was read moves
 * while the rest is read, and no plan holds the whole tree: of a part of one tree, with nothing on
 * the other side and nothing known of before, nothing can follow but copies.
 */
export type Reading = {
	/** New files that one scan reads, before new folders wait; undefined: all. */
	mostNew: number | undefined;
	/** How many files a part has that moves at once. */
	partFiles: number;
	/** Folders in which others wait to be read. */
	left: BytePath[];
	/** Folders that changed at once, and are not read yet. */
	burst: Set<BytePath>;
};

// Each part is larger than the one before, for it ends with a wait.
const largestPart = 4000;
// What moves meanwhile is read by the same thread, in between.
const filesPerScan = 1000;
const foldersPerScan = 150;

/** A book that knows of anything alike could take what is not read yet for deleted: then all is read at once. */
export const startReading = (
	{ledger, firstPart}: CycleParts,
	{full, dryRun}: CycleRequest,
): Reading => {
	const inParts = full.local && full.remote && !dryRun && !ledger.hasAncestor();
	return {
		mostNew: inParts ? firstPart : undefined,
		partFiles: firstPart ?? largestPart,
		left: [],
		burst: new Set(),
	};
};

/** Reads the next part, or with `whole` all the rest. */
export const readOn = async (
	parts: CycleParts,
	request: CycleRequest,
	report: CycleReport,
	contents: Map<BytePath, Content>,
	reading: Reading,
	{whole, interruption}: {whole: boolean; interruption?: Interruption},
): Promise<void> => {
	reading.partFiles = Math.min(largestPart, 2 * reading.partFiles);
	reading.mostNew = whole ? undefined : Math.min(filesPerScan, reading.partFiles);
	const isPart = {...request, full: {local: false, remote: false}};
	for (let files = 0; files < reading.partFiles && reading.left.length > 0;) {
		const folders = {local: new Set(reading.left), remote: new Set<BytePath>()};
		await look(parts, {...isPart, folders}, 'local', report, contents, reading);
		files += reading.mostNew ?? reading.partFiles;
		if (await interruption?.isDue()) break;
	}
};

/**
 * Reads on while something moves: of what changed at once until all is read or `until` says that what
 * moves is through, for it is read by the same thread; else the next part of a first sync, if any.
 */
export const readNext = async (
	parts: CycleParts,
	request: CycleRequest,
	report: CycleReport,
	contents: Map<BytePath, Content>,
	reading: Reading,
	{interruption, until}: {interruption: Interruption; until: () => boolean},
): Promise<void> => {
	const {burst, left} = reading;
	if (burst.size === 0) {
		if (left.length === 0) return;
		return readOn(parts, request, report, contents, reading, {whole: false, interruption});
	}

	// Little of it comes with the scan: the rest goes squeezed.
	const lean = {...parts, inlineFileBytes: parts.inlineFileBytes / foldersPerScan};
	const full = {local: false, remote: false};
	do {
		request.signal.throwIfAborted();
		const local = new Set([...burst].slice(0, foldersPerScan));
		for (const folder of local) burst.delete(folder);
		const isPart = {...request, full, folders: {local, remote: new Set<BytePath>()}};
		await look(lean, isPart, 'local', report, contents, reading);
	} while (burst.size > 0 && !until());
};

/**
 * Looks where something was saved meanwhile. What waits to be read waits on, but where it stands in the way:
 * reading it takes far less than moving it.
 */
export const lookAtSaved = async (
	parts: CycleParts,
	request: CycleRequest,
	report: CycleReport,
	contents: Map<BytePath, Content>,
	reading: Reading,
): Promise<void> => {
	const {left} = reading;
	const isPart = {...request, full: {local: false, remote: false}};
	await onBoth(side => look(parts, isPart, side, report, contents, reading));
	reading.left = [...new Set([...left, ...reading.left])];
	const isUnread = [...request.folders.local].some(
		folder => !parts.ledger.hasRead('local', folder),
	);
	if (isUnread && reading.left.length > 0) {
		await readOn(parts, request, report, contents, reading, {whole: true});
	}
};
