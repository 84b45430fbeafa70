import type {Side} from '../plan/operation.ts';
import type {HaltReason} from './report.ts';

// A quarter of a handful of files is no sign of anything.
const fewDeletions = 5;

/**
 * More deletions than `maxDelete`, or than a quarter of what both sides knew, need a person:
 * a folder that was emptied by accident, or whose disk was not mounted, looks just so.
 */
export const brake = (
	deletions: Record<Side, number>,
	files: number,
	maxDelete: number,
): HaltReason | undefined => {
	for (const side of ['local', 'remote'] as const) {
		const count = deletions[side];
		const limit = Math.min(maxDelete, Math.max(fewDeletions, Math.floor(files / 4)));
		if (count > limit) return {kind: 'deletions', side, count, files, limit};
	}

	return undefined;
};
