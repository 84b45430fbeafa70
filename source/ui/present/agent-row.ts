import type {Agent} from '../../protocol/agent.ts';
import {cut, fit, fitRight, harmless, widthOf} from './cells.ts';
import type {Layout} from './layout.ts';
import {restyle, type Segment, type Style} from './paint.ts';
import {agentLook, stateLabel} from './state-look.ts';
import {usedOf, whatOf} from './what.ts';

export type Columns = {name: number; state: number; age: number; what: number; used: number};

/** From this width on there is room for what an agent has used, too. */
const usedFrom = 84;

const clamp = (value: number, low: number, high: number): number =>
	Math.max(low, Math.min(value, high));

/** The widths of the cells of a row, from the list's width, and whether any agent has used something. */
export const columnsFor = (layout: Layout, hasUsed: boolean): Columns => {
	const {width} = layout.list;
	if (layout.kind === 'compact') {
		const name = clamp(Math.floor(width * 0.36), 6, 24);
		return {name, state: 0, age: 4, what: Math.max(0, width - 3 - name - 1 - 4 - 1 - 1), used: 0};
	}

	const name = clamp(Math.floor(width * 0.25), 14, 28);
	const state = 13;
	const used = hasUsed && width >= usedFrom ? 6 : 0;
	// Marker 3, and a gap of 1, 1 and 2 between the cells; the last one has a gap of 2 before it, too.
	const rest = width - 3 - name - 1 - state - 1 - 4 - 2 - 1 - (used > 0 ? used + 2 : 0);
	return {name, state, age: 4, what: Math.max(0, rest), used};
};

export type RowView = {
	agent: Agent;
	/** How long it has been in its state, already in words. */
	age: string;
	isSelected: boolean;
	isMarked: boolean;
	/** The way to the host is down: what stands here is what was. */
	isStale: boolean;
	/** What was asked of it and has not happened yet: `stopping`. */
	pending: string | undefined;
	/** Whether there is a column for what agents have used. */
	hasUsed: boolean;
};

/** One agent as a line of exactly the list's width. */
export const agentRow = (view: RowView, layout: Layout): Segment[] => {
	const {agent, age, isSelected, isMarked, isStale, pending, hasUsed} = view;
	const columns = columnsFor(layout, hasUsed);
	const look = agentLook(agent);
	const name = harmless(agent.name);
	const what = pending ? `${pending}…` : whatOf(agent);
	const pointer: Style = {colour: isMarked ? 'magenta' : 'cyan', bold: true};
	const quiet: Style = isQuiet(agent) ? {colour: 'grey'} : {};
	const nameStyle: Style = isSelected || agent.state === 'blocked' ? {bold: true} : quiet;
	const whatStyle: Style = pending ? {colour: 'magenta'} : quiet;
	const state = cut(`${look.glyph} ${stateLabel(agent)}`, columns.state);
	const segments: Segment[] =
		layout.kind === 'compact'
			? [
					[isMarked ? '•' : isSelected ? '▸' : ' ', pointer],
					[look.glyph, look.style],
					[' '],
					[fit(name, columns.name), nameStyle],
					[` ${fitRight(age, columns.age)} `, {colour: 'grey'}],
					[fit(what, columns.what), whatStyle],
				]
			: [
					[`${isMarked ? '•' : ' '}${isSelected ? '▸' : ' '} `, pointer],
					[fit(name, columns.name), nameStyle],
					[' '],
					[state, look.style],
					[' '.repeat(columns.state - widthOf(state))],
					[` ${fitRight(age, columns.age)}  `, {colour: 'grey'}],
					[fit(what, columns.what), whatStyle],
					[columns.used > 0 ? `  ${fitRight(usedOf(agent), columns.used)}` : '', {colour: 'grey'}],
				];
	const padded: Segment[] = [...segments, [' ']];
	if (isSelected)
		return restyle(padded, {inverse: true, dim: isStale, colour: undefined, badge: false});
	if (isStale) return restyle(padded, {dim: true, colour: undefined, bold: false, badge: false});
	return padded;
};

const isQuiet = (agent: Agent): boolean => agent.state === 'exited' || agent.state === 'unknown';

/** The heads of the columns, and at their end what filters the list and how much of it is in sight. */
export const columnHeads = (
	layout: Layout,
	hasUsed: boolean,
	filter: string,
	extent: string,
): Segment[] => {
	const columns = columnsFor(layout, hasUsed);
	const heads = `   ${fit('AGENT', columns.name)} ${fit('STATE', columns.state)} ${fitRight('FOR', columns.age)}  WHAT`;
	// What is filtered and in sight stands where the head of the last column would.
	const used = extent === '' && filter === '' && columns.used > 0 ? 'USED' : extent;
	const room = layout.list.width - widthOf(heads) - widthOf(used) - 3;
	const shown = cut(filter, Math.max(0, room));
	const gap = room - widthOf(shown) + (shown === '' ? 1 : 0);
	return [
		[heads + ' '.repeat(Math.max(0, gap) + 1), {colour: 'grey'}],
		[shown, {colour: 'magenta'}],
		[`${shown === '' ? '' : ' '}${used} `, {colour: 'grey'}],
	];
};

/** Which of how many are in sight; nothing when all are. */
export const extentOf = (
	start: number,
	height: number,
	count: number,
	isFiltered: boolean,
): string => {
	if (count <= height) return '';
	const shown = `${start + 1}–${Math.min(count, start + height)}`;
	// How many there are stands with the filter already.
	return isFiltered ? `· ${shown}` : `${shown} of ${count}`;
};
