import type {FleetSlice} from '../../fleet/slice.ts';
import {harmless} from '../present/cells.ts';
import {isStale} from '../present/link-text.ts';

/** The terminal's title as it was is put on its stack, and taken from there (XTWINOPS 22, 23). */
export const pushTitle = '\u001B[22;2t';
export const popTitle = '\u001B[23;2t';

export const setTitle = (title: string): string => `\u001B]2;${harmless(title)}\u0007`;

/** Who waits, for whoever looks at the tabs of the terminal only. */
export const titleOf = (slice: FleetSlice): string => {
	const {counts, remote} = slice;
	if (isStale(slice)) return `${remote} (${slice.link.phase})`;
	const parts = [
		counts.blocked > 0 ? `${counts.blocked} need${counts.blocked === 1 ? 's' : ''} you` : '',
		counts.done > 0 ? `${counts.done} done` : '',
		counts.working > 0 ? `${counts.working} working` : '',
	].filter(Boolean);
	return parts.length === 0 ? remote : `${parts.join(' · ')} — ${remote}`;
};
