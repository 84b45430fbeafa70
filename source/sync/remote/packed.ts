import {FleetError} from '../../errors.ts';
import type {Pack, PackItem, ReadReply} from '../endpoint/endpoint.ts';
import {putsOf, type Step} from '../plan/fill.ts';

/** A pack as it crosses: its items are files that the steps beside it name, by their number. */
export type Packed = Omit<ReadReply, 'bytes'>;

export const packedOf = (steps: readonly Step[], {items, coding}: Omit<Pack, 'bytes'>): Packed => {
	const numbers = new Map(filesOf(steps).map(({path}, index) => [path, index]));
	return {coding, of: items.map(({path}) => numbers.get(path)!)};
};

/** The items again. Throws `bad-response` for the number of no file. */
export const itemsOf = (steps: readonly Step[], {of}: Packed): PackItem[] => {
	const files = filesOf(steps);
	return of.map(number => {
		const file = files[number];
		if (file === undefined) {
			throw new FleetError('bad-response', 'a pack has a file that nothing is done with');
		}

		return file;
	});
};

const filesOf = (steps: readonly Step[]): PackItem[] => steps.flatMap(putsOf);
