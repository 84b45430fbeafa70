import {joinPath, parentOf, type BytePath} from '../path.ts';
import type {Step} from '../plan/fill.ts';

/** A commit that is under way: what it does, and when it is written down. */
type Flight = {txn: string; steps: readonly Step[]; landed: Promise<void>};

export type Flights = ReturnType<typeof createFlights>;

/** The commits of a side that are under way, in their order. */
export const createFlights = () => {
	const flights: Flight[] = [];
	return {
		/** The one that the next comes after. */
		last: (): Flight | undefined => flights.at(-1),
		add(flight: Flight): void {
			flights.push(flight);
			// One that failed stays, for whoever waits.
			flight.landed.then(
				() => flights.splice(flights.indexOf(flight), 1),
				() => {},
			);
		},
		/** Until no more than so many are under way. Rejects as the first of them that failed. */
		async untilAtMost(most: number): Promise<void> {
			while (flights.length > most) await flights[0]!.landed;
		},
		/** Until none will write anything down any more. */
		async untilSettled(): Promise<void> {
			await Promise.allSettled(flights.map(({landed}) => landed));
		},
		/** What they change: nobody knows yet what stands there. */
		*paths(): Generator<BytePath> {
			for (const {steps} of flights) {
				for (const step of steps) {
					yield step.path;
					if (step.kind !== 'fill') continue;
					for (const [name] of step.files) yield joinPath(step.path, name);
				}
			}
		},
	};
};

/** Tells which paths are one of these, stand above one, or below. Pure. */
export const near = (paths: readonly BytePath[]): ((path: BytePath) => boolean) => {
	const at = new Set(paths);
	const above = new Set<BytePath>();
	for (const path of paths) {
		for (let over = parentOf(path); !above.has(over); over = parentOf(over)) {
			above.add(over);
			if (over === '') break;
		}
	}

	return path => {
		if (at.has(path) || above.has(path)) return true;
		for (let over = parentOf(path); over !== ''; over = parentOf(over)) {
			if (at.has(over)) return true;
		}

		return false;
	};
};
