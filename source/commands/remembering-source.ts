import {reduce} from '../fleet/reduce.ts';
import {emptySlice, type FleetInput} from '../fleet/slice.ts';
import type {FleetSource} from '../ui/services.ts';

/** The same source, begun at once; whoever subscribes late is first told all that is known. */
export const rememberingSource = (
	source: FleetSource,
	remote: string,
): FleetSource & {end(): void} => {
	let slice = emptySlice(remote, Date.now());
	const listeners = new Set<(input: FleetInput) => void>();
	const unsubscribe = source.subscribe(input => {
		slice = reduce(slice, input);
		for (const listener of listeners) listener(input);
	});
	return {
		subscribe(listener) {
			const {link, heardAt, isKnown, agents, stats, eventId} = slice;
			if (isKnown) {
				const data = {agents: [...agents.values()], actions: [], stats};
				listener({
					kind: 'event',
					event: {id: eventId, event: 'snapshot', data},
					at: heardAt ?? Date.now(),
				});
			}

			listener({kind: 'link', link, at: Date.now(), heardAt});
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		retryNow: () => source.retryNow(),
		end() {
			unsubscribe();
			listeners.clear();
		},
	};
};
