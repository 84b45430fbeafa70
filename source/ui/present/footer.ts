import type {ConsoleState} from '../console/state.ts';
import {keyLabel} from '../keys/key-label.ts';
import type {Binding, Situation} from '../keys/binding.ts';
import {bindings} from '../keys/bindings.ts';
import {widthOf} from './cells.ts';
import type {Segment} from './paint.ts';

export type KeyHint = readonly [key: string, label: string];

const choose = ['↑↓', 'choose'] as const;
const close = ['Esc', 'close'] as const;
const keep = [
	['l', 'laptop’s'],
	['r', 'host’s'],
	['b', 'both'],
] as const;

/** What the keys do while something is open; the open thing decides, not the table of commands. */
export const modeHints = (state: Pick<ConsoleState, 'mode' | 'inbox' | 'sync'>): KeyHint[] => {
	const {mode, inbox, sync} = state;
	switch (mode.kind) {
		case 'fleet':
			return [];
		case 'filter':
			return [
				['↵', 'keep'],
				['Esc', 'show all'],
				['↑↓', 'move'],
			];
		case 'help':
			return [['↑↓', 'scroll'], close];
		case 'inbox': {
			const chosen = inbox.entries[Math.min(mode.index, inbox.entries.length - 1)];
			return [
				...(chosen?.state === 'waiting'
					? ([
							['y', 'let it'],
							['n', 'refuse'],
						] as const)
					: []),
				...(inbox.entries.length > 1 ? [choose] : []),
				close,
			];
		}

		case 'sync':
			return [
				...(mode.conflicts.length > 0 ? ([['d', 'diff'], ...keep] as const) : []),
				...(sync.some(({health}) => health.phase === 'halted') ? ([['A', 'go on']] as const) : []),
				['s', 'sync'],
				close,
			];
		case 'diff':
			return [
				...((mode.files?.length ?? 0) > 1 ? ([['⇥', 'next file']] as const) : []),
				['↑↓', 'scroll'],
				...(mode.conflict === null ? ([['e', 'editor']] as const) : keep),
				close,
			];
		case 'palette':
			return [['↵', 'run'], choose, close];
		case 'confirm':
			return [
				['y', 'yes'],
				['n', 'no'],
			];
		case 'answer':
			return [
				['↵', 'answer'],
				[digitsFor(mode.attention.choices.length), 'at once'],
				choose,
				close,
			];
		case 'prompt':
			return [['↵', 'send'], ['^J', 'new line'], close];
		case 'launch':
			return [['↵', 'start'], ['⇥', 'next field'], ['←→', 'choose'], close];
	}
};

/** The digits that choose one of so many; those beyond nine have none. */
const digitsFor = (choices: number): string => (choices > 1 ? `1-${Math.min(choices, 9)}` : '1');

/** The keys of the table that can be given now, the most wanted first, as many as fit. */
export const footerHints = (situation: Situation, columns: number): KeyHint[] => {
	const able = bindings
		.filter(binding => binding.whyNot?.(situation) === undefined)
		.map(binding => ({
			priority: priorityOf(binding, situation),
			order: bindings.indexOf(binding),
			hint: [keyLabel(binding.keys[0]!), labelOf(binding, situation, columns)] as const,
		}));
	const byWish = able.filter(({priority}) => priority > 0).sort((a, b) => b.priority - a.priority);
	const kept: typeof able = [];
	let used = 1;
	for (const one of byWish) {
		const width = widthOfHint(one.hint) + (kept.length > 0 ? 2 : 0);
		if (used + width > columns) continue;
		kept.push(one);
		used += width;
	}

	// In the table's order, so that a key that comes or goes does not shuffle the others.
	return kept.sort((a, b) => a.order - b.order).map(({hint}) => hint);
};

const widthOfHint = ([key, label]: KeyHint): number => widthOf(key) + 1 + widthOf(label);

/** Below this many columns what is news would hide what is needed. */
const newsFrom = 80;

const labelOf = ({label, news}: Binding, situation: Situation, columns: number): string =>
	[label, columns < newsFrom ? undefined : news?.(situation)].filter(Boolean).join(' ');

const priorityOf = ({priority}: Binding, situation: Situation): number =>
	typeof priority === 'number' ? priority : priority(situation);

/** Hints side by side, as many as fit in the width; the last, which leaves, always. */
export const hintLine = (hints: readonly KeyHint[], columns: number): Segment[] => {
	const widths = hints.map(widthOfHint);
	const line: Segment[] = [[' ']];
	let used = 1;
	for (const [index, hint] of hints.entries()) {
		const isLast = index === hints.length - 1;
		const gap = used === 1 ? '' : '  ';
		const kept = isLast ? 0 : 2 + widths.at(-1)!;
		if (used + gap.length + widths[index]! + kept > columns) continue;
		line.push([gap], [hint[0], {bold: true, colour: 'cyan'}], [` ${hint[1]}`]);
		used += gap.length + widths[index]!;
	}

	return line;
};
