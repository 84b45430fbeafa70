import type {ConsoleContext} from './context.ts';
import type {Mode} from './state.ts';

type Of<K extends Mode['kind']> = Extract<Mode, {kind: K}>;

/** A key while the inbox is open. */
export const pressInbox = (context: ConsoleContext, key: string, mode: Of<'inbox'>): void => {
	const {entries} = context.get().inbox;
	const index = Math.min(mode.index, Math.max(0, entries.length - 1));
	const by = {down: 1, j: 1, tab: 1, up: -1, k: -1, 'shift+tab': -1}[key];
	if (by !== undefined) {
		const next = Math.max(0, Math.min(index + by, entries.length - 1));
		context.set({mode: {...mode, index: next}});
		return;
	}

	if (['esc', 'q', 'i'].includes(key)) {
		context.set({mode: {kind: 'fleet'}});
		return;
	}

	const {desk} = context.services;
	const entry = entries[index];
	if (desk === undefined || entry?.state !== 'waiting') return;
	if (key === 'enter' || key === 'y' || key === 'a') desk.approve(entry.key);
	else if (key === 'n' || key === 'x') desk.deny(entry.key);
};
