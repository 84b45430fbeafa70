import {parseFilter} from '../../fleet/filter.ts';
import type {Agent} from '../../protocol/agent.ts';

/** Yields what a filter shows of the fleet; made anew only when the order or the filter changed. */
export const filteredList = (orderNow: () => readonly Agent[]) => {
	let last: {order: readonly Agent[]; filter: string; list: readonly Agent[]} | undefined;
	return (filter: string): readonly Agent[] => {
		const order = orderNow();
		if (last?.order === order && last.filter === filter) return last.list;
		const matches = parseFilter(filter);
		last = {order, filter, list: matches ? order.filter(matches) : order};
		return last.list;
	};
};
