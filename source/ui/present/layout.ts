export type Size = {columns: number; rows: number};

export type Rectangle = {width: number; height: number};

/** Where everything stands, from the size alone: nothing that an agent does moves a column. */
export type Layout = {
	kind: 'wide' | 'stacked' | 'table' | 'compact';
	size: Size;
	/** The rows of agents, without the line of column heads. */
	list: Rectangle;
	preview: Rectangle | null;
	hasHeads: boolean;
	hasRule: boolean;
	hasFooter: boolean;
};

/** What is left for the agents between the first line and the last ones. */
export const bodyHeight = ({size, hasRule, hasFooter}: Layout): number =>
	Math.max(1, size.rows - 1 - Number(hasRule) - Number(hasFooter));

const wideFrom = 110;
const tableFrom = 60;
/** Below this many rows, a second half of the screen would show too little of either. */
const stackedFromRows = 22;

const clamp = (value: number, low: number, high: number): number =>
	Math.max(low, Math.min(value, high));

/**
 * From 110 columns the selected agent's screen stands beside the table; below, where there are
 * rows enough, under it, because there it keeps the 80 columns that most programs draw for.
 */
export const layoutFor = ({columns, rows}: Size, isCompact: boolean): Layout => {
	const size = {columns, rows};
	const isNarrow = isCompact || columns < tableFrom;
	const hasHeads = !isNarrow && rows >= 9;
	const hasRule = rows >= 9 && !isNarrow;
	const hasFooter = rows >= 7;
	const body = Math.max(1, rows - 1 - Number(hasHeads) - Number(hasRule) - Number(hasFooter));
	const base = {size, hasHeads, hasRule, hasFooter};
	if (isNarrow) {
		return {...base, kind: 'compact', list: {width: columns, height: body}, preview: null};
	}

	if (columns >= wideFrom) {
		const width = clamp(Math.round(columns * 0.5), 58, 100);
		return {
			...base,
			kind: 'wide',
			list: {width, height: body},
			// A line between, and a space on either side of it.
			preview: {width: columns - width - 2, height: body + Number(hasHeads)},
		};
	}

	if (rows >= stackedFromRows) {
		const height = clamp(Math.round(body * 0.4), 6, 16);
		return {
			...base,
			kind: 'stacked',
			list: {width: columns, height},
			preview: {width: columns - 1, height: body - height},
		};
	}

	return {...base, kind: 'table', list: {width: columns, height: body}, preview: null};
};
