import type {Agent} from '../protocol/agent.ts';
import {cut, fit, widthOf} from '../ui/present/cells.ts';
import {shortDuration} from '../ui/present/duration.ts';
import type {Paint, Segment} from '../ui/present/paint.ts';
import {agentLook, stateLabel} from '../ui/present/state-look.ts';
import {whatOf} from '../ui/present/what.ts';
import {plainText} from '../protocol/text.ts';

export type TableOptions = {
	now: number;
	/** Cells of a line; undefined: as many as it takes, for a file or a pipe. */
	width: number | undefined;
	paint: Paint;
};

type Row = {name: string; kind: string; state: Segment; since: string; what: string};

const gap = '  ';

/** The fleet as lines of text, a head first. */
export const fleetTable = (
	agents: readonly Agent[],
	{now, width, paint}: TableOptions,
): string[] => {
	const rows = agents.map((agent): Row => {
		const {glyph, style} = agentLook(agent);
		return {
			name: plainText(agent.name),
			kind: plainText(agent.agent),
			state: [`${glyph} ${stateLabel(agent)}`, style],
			since: shortDuration(now - Date.parse(agent.since)),
			what: whatOf(agent),
		};
	});
	const most = (head: string, cells: string[], limit: number): number =>
		Math.min(limit, Math.max(widthOf(head), ...cells.map(widthOf)));
	const roomy = width === undefined || width >= 60;
	const names = most(
		'AGENT',
		rows.map(row => row.name),
		width === undefined ? 120 : Math.max(12, Math.floor(width / 3)),
	);
	const kinds = roomy
		? most(
				'KIND',
				rows.map(row => row.kind),
				12,
			)
		: 0;
	const states = most(
		'STATE',
		rows.map(row => row.state[0]),
		14,
	);
	const taken = names + (kinds && kinds + 2) + states + 2 + 4 + 2 + 2;
	const rest = width === undefined ? Infinity : Math.max(0, width - taken);
	const line = (name: string, kind: string, state: Segment, since: string, what: string) =>
		paint([
			[fit(name, names) + gap],
			...(kinds ? ([[fit(kind, kinds) + gap]] as const) : []),
			[fit(state[0], states), state[1]],
			[gap + since.padStart(4)],
			...(rest > 3 && what !== ''
				? ([[gap + (rest === Infinity ? what : cut(what, rest))]] as const)
				: []),
		]).trimEnd();
	return [
		paint([[line('AGENT', 'KIND', ['STATE'], ' FOR', 'WHAT'), {dim: true}]]),
		...rows.map(row => line(row.name, row.kind, row.state, row.since, row.what)),
	];
};
