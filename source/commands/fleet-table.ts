import type {Agent} from '../protocol/agent.ts';
import {plainText} from '../protocol/text.ts';
import {cut, fit, fitRight, widthOf} from '../ui/present/cells.ts';
import {shortDuration} from '../ui/present/duration.ts';
import type {Paint, Segment, Style} from '../ui/present/paint.ts';
import {agentLook, stateLabel} from '../ui/present/state-look.ts';
import {usedOf, whatOf} from '../ui/present/what.ts';

export type TableOptions = {
	now: number;
	/** Cells of a line; undefined: as many as it takes, for a file or a pipe. */
	width: number | undefined;
	paint: Paint;
};

type Column = {
	head: string;
	/** Shown from that width on, and only where somebody has something in it. */
	from: number;
	limit: number;
	isRight?: true;
	cell(agent: Agent, now: number): string;
	style?(agent: Agent): Style;
};

const columns: readonly Column[] = [
	{head: 'AGENT', from: 0, limit: 120, cell: ({name}) => plainText(name)},
	{head: 'KIND', from: 60, limit: 12, cell: ({agent}) => plainText(agent)},
	{
		head: 'STATE',
		from: 0,
		limit: 14,
		cell: agent => `${agentLook(agent).glyph} ${stateLabel(agent)}`,
		style: agent => agentLook(agent).style,
	},
	{
		head: 'FOR',
		from: 0,
		limit: 4,
		isRight: true,
		cell: ({since}, now) => shortDuration(now - Date.parse(since)).padStart(4),
	},
	{head: 'MODEL', from: 110, limit: 24, cell: ({model}) => plainText(model ?? '')},
	{head: 'USED', from: 80, limit: 7, isRight: true, cell: usedOf},
];

const gap = '  ';

/** The fleet as lines of text, a head first. */
export const fleetTable = (
	agents: readonly Agent[],
	{now, width = Infinity, paint}: TableOptions,
): string[] => {
	const shown = columns.flatMap(column => {
		const cells = agents.map(agent => column.cell(agent, now));
		const limit = column.head === 'AGENT' ? Math.max(12, Math.floor(width / 3)) : column.limit;
		const most = Math.min(
			limit,
			column.limit,
			Math.max(widthOf(column.head), ...cells.map(widthOf)),
		);
		const isEmpty = cells.every(cell => cell === '');
		return width < column.from || isEmpty ? [] : [{...column, cells, width: most}];
	});
	const taken = shown.reduce((sum, column) => sum + column.width + gap.length, 0);
	const rest = Math.max(0, width - taken);
	const line = (cells: readonly Segment[], what: string): string =>
		paint([
			...cells.map(([cell, style], index): Segment => {
				const {width: cellWidth, isRight} = shown[index]!;
				return [(isRight ? fitRight : fit)(cell, cellWidth) + gap, style];
			}),
			[rest > 3 ? cut(what, rest) : ''],
		]).trimEnd();
	const head = line(
		shown.map((column): Segment => [column.head]),
		'WHAT',
	);
	return [
		paint([[head, {dim: true}]]),
		...agents.map((agent, index) =>
			line(
				shown.map((column): Segment => [column.cells[index]!, column.style?.(agent)]),
				whatOf(agent),
			),
		),
	];
};
