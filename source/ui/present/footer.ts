import type {Mode} from '../console/state.ts';
import {keyLabel} from '../key-label.ts';
import {bindings, type Situation} from '../keys.ts';
import {widthOf} from './cells.ts';
import type {Segment} from './paint.ts';

export type KeyHint = readonly [key: string, label: string];

/** What the keys do while something is open; the open thing decides, not the table of commands. */
export const modeHints: Record<Exclude<Mode['kind'], 'fleet'>, readonly KeyHint[]> = {
	filter: [
		['↵', 'keep'],
		['Esc', 'show all'],
		['↑↓', 'move'],
	],
	help: [
		['Esc', 'close'],
		['↑↓', 'scroll'],
	],
	inbox: [
		['y', 'let it'],
		['n', 'refuse'],
		['↑↓', 'choose'],
		['Esc', 'close'],
	],
	sync: [
		['l', 'keep laptop’s'],
		['r', 'keep host’s'],
		['b', 'both'],
		['d', 'diff'],
		['s', 'sync'],
		['A', 'allow deletions'],
		['Esc', 'close'],
	],
	diff: [
		['⇥', 'next file'],
		['↑↓', 'scroll'],
		['e', 'editor'],
		['Esc', 'close'],
	],
	palette: [
		['↵', 'run'],
		['Esc', 'close'],
		['↑↓', 'choose'],
	],
	confirm: [
		['y', 'yes'],
		['n', 'no'],
	],
	answer: [
		['↵', 'answer'],
		['1-9', 'at once'],
		['↑↓', 'choose'],
		['Esc', 'close'],
	],
	prompt: [
		['↵', 'send'],
		['Esc', 'close'],
		['^J', 'new line'],
	],
	launch: [
		['↵', 'start'],
		['Esc', 'close'],
		['⇥', 'next field'],
		['←→', 'choose'],
	],
};

/** The keys of the table that can be given now, the most wanted first, as many as fit. */
export const footerHints = (situation: Situation, columns: number): KeyHint[] => {
	const able = bindings
		.filter(binding => binding.priority > 0 && binding.whyNot?.(situation) === undefined)
		.map(binding => ({
			priority: binding.priority,
			order: bindings.indexOf(binding),
			hint: [keyLabel(binding.keys[0]!), binding.label] as const,
		}));
	const byWish = [...able].sort((a, b) => b.priority - a.priority);
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

/** Hints side by side, as many as fit in the width. */
export const hintLine = (hints: readonly KeyHint[], columns: number): Segment[] => {
	const line: Segment[] = [[' ']];
	let used = 1;
	for (const [index, hint] of hints.entries()) {
		const gap = index === 0 ? '' : '  ';
		if (used + gap.length + widthOfHint(hint) > columns) break;
		line.push([gap], [hint[0], {bold: true, colour: 'cyan'}], [` ${hint[1]}`]);
		used += gap.length + widthOfHint(hint);
	}

	return line;
};
