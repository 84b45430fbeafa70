import type {Agent} from '../protocol/agent.ts';

/** What of a list is on the screen: `start` is the first shown; the cursor is an agent, not a line. */
export type ListPlace = {
	readonly start: number;
	readonly selectedId: string | undefined;
	/** Where the selected one was in the list when the place was made. */
	readonly selectedIndex: number;
};

export const topPlace: ListPlace = {start: 0, selectedId: undefined, selectedIndex: 0};

const clamp = (value: number, low: number, high: number): number =>
	Math.max(low, Math.min(value, high));

/**
 * The place after the list or the height changed. The selected agent keeps its line of the
 * screen where the list's ends allow; when it is gone, the one that took its place is selected.
 */
export const settle = (place: ListPlace, list: readonly Agent[], height: number): ListPlace => {
	if (list.length === 0) return {start: 0, selectedId: place.selectedId, selectedIndex: 0};
	const found = indexOf(list, place);
	const selectedIndex = found ?? clamp(place.selectedIndex, 0, list.length - 1);
	const shift = found === undefined ? 0 : selectedIndex - place.selectedIndex;
	const start = showing(selectedIndex, place.start + shift, list.length, height);
	const selectedId = list[selectedIndex]!.id;
	return start === place.start &&
		selectedId === place.selectedId &&
		selectedIndex === place.selectedIndex
		? place
		: {start, selectedId, selectedIndex};
};

/** The place with another agent selected, by its index in the list; it scrolls no more than it must. */
export const select = (
	place: ListPlace,
	list: readonly Agent[],
	index: number,
	height: number,
): ListPlace => {
	if (list.length === 0) return place;
	const selectedIndex = clamp(index, 0, list.length - 1);
	return {
		start: showing(selectedIndex, place.start, list.length, height),
		selectedId: list[selectedIndex]!.id,
		selectedIndex,
	};
};

const indexOf = (list: readonly Agent[], place: ListPlace): number | undefined => {
	if (place.selectedId === undefined) return undefined;
	if (list[place.selectedIndex]?.id === place.selectedId) return place.selectedIndex;
	const index = list.findIndex(agent => agent.id === place.selectedId);
	return index === -1 ? undefined : index;
};

const showing = (index: number, start: number, length: number, height: number): number => {
	const rows = Math.max(1, height);
	// One line of context above and below, where there is room for it.
	const margin = rows >= 5 ? 1 : 0;
	const scrolled = clamp(start, index - rows + 1 + margin, index - margin);
	return clamp(scrolled, 0, Math.max(0, length - rows));
};
