import type {UiConfig} from '../../config/config.ts';

export type Size = {columns: number; rows: number};

export type Rectangle = {width: number; height: number};

export type PreviewPlace = UiConfig['preview'];

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

/** Where it stands in this layout. */
export const placeOf = ({kind}: Layout): Exclude<PreviewPlace, 'auto'> =>
	kind === 'wide' ? 'beside' : kind === 'stacked' ? 'below' : 'none';

const wideFrom = 110;
const tableFrom = 60;
/** What most programs draw for. */
const previewColumns = 80;
/** Below this many rows, a second half of the screen would show too little of either. */
const stackedFromRows = 22;

const clamp = (value: number, low: number, high: number): number =>
	Math.max(low, Math.min(value, high));

/** Where there is room for the selected agent's screen, the best first; `none` always. */
export const placesFor = (
	{columns, rows}: Size,
	isCompact: boolean,
): Array<Exclude<PreviewPlace, 'auto'>> => {
	if (isCompact || columns < tableFrom) return ['none'];
	return [
		...(columns >= wideFrom ? (['beside'] as const) : []),
		...(rows >= stackedFromRows ? (['below'] as const) : []),
		'none',
	];
};

/**
 * From 110 columns the selected agent's screen stands beside the table; below, where there are
 * rows enough, under it, because there it keeps the 80 columns that most programs draw for.
 */
export const layoutFor = (
	{columns, rows}: Size,
	isCompact: boolean,
	wanted: PreviewPlace = 'auto',
): Layout => {
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

	const places = placesFor({columns, rows}, isCompact);
	const place = places.find(one => one === wanted) ?? places[0]!;
	if (place === 'beside') {
		// First the table, then the 80 columns that most programs draw for, then the table again.
		const width = clamp(columns - previewColumns - 2, 68, 100);
		return {
			...base,
			kind: 'wide',
			list: {width, height: body},
			// A line between, and a space on either side of it.
			preview: {width: columns - width - 2, height: body + Number(hasHeads)},
		};
	}

	if (place === 'below') {
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
