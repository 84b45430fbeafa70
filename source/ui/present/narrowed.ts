import type {ConsoleState} from '../console/state.ts';

/** What is marked, and what the filter leaves; nothing where neither is so. */
export const narrowedText = ({
	marked,
	filter,
	list,
	slice,
}: Pick<ConsoleState, 'marked' | 'filter' | 'list' | 'slice'>): string =>
	[
		marked.size === 0 ? '' : `${marked.size} marked`,
		filter === '' ? '' : `/${filter} ${list.length} of ${slice.agents.size}`,
	]
		.filter(Boolean)
		.join(' · ');
