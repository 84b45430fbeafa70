import type {Content} from '../endpoint/endpoint.ts';
import type {BytePath} from '../path.ts';
import type {CycleParts, CycleRequest} from './cycle.ts';
import {look} from './look.ts';
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
};

// Each part is larger than the one before, for it ends with a wait.
const largestPart = 4000;
// What moves meanwhile is read by the same thread, in between.
const filesPerScan = 1000;

/** A book that knows of anything alike could take what is not read yet for deleted: then all is read at once. */
export const startReading = (
	{ledger, firstPart}: CycleParts,
	{full, dryRun}: CycleRequest,
): Reading => {
	const inParts = full.local && full.remote && !dryRun && !ledger.hasAncestor();
	return {mostNew: inParts ? firstPart : undefined, partFiles: firstPart ?? largestPart, left: []};
};

/** Reads the next part, or with `whole` all the rest. */
export const readOn = async (
	parts: CycleParts,
	request: CycleRequest,
	report: CycleReport,
	contents: Map<BytePath, Content>,
	reading: Reading,
	{whole}: {whole: boolean},
): Promise<void> => {
	reading.partFiles = Math.min(largestPart, 2 * reading.partFiles);
	reading.mostNew = whole ? undefined : Math.min(filesPerScan, reading.partFiles);
	const isPart = {...request, full: {local: false, remote: false}};
	for (let files = 0; files < reading.partFiles && reading.left.length > 0;) {
		const folders = {local: new Set(reading.left), remote: new Set<BytePath>()};
		await look(parts, {...isPart, folders}, 'local', report, contents, reading);
		files += reading.mostNew ?? reading.partFiles;
	}
};
