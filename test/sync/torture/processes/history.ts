import fc from 'fast-check';
import {happening, user, type Happening} from '../happening.ts';
import {drives, type Drive} from './attendant.ts';
import {places, type Place} from './rendezvous.ts';

/** What happens when a place has come to a step. */
export type Meeting = {place: Place; step: number; happening: Happening};

export type ProcessRound = {before: Happening[]; during: Meeting[]};
export type ProcessHistory = {drive: Drive; rounds: ProcessRound[]};

const round: fc.Arbitrary<ProcessRound> = fc.record({
	before: fc.array(user, {minLength: 4, maxLength: 12, size: '+2'}),
	during: fc.array(
		fc.record({place: fc.constantFrom(...places), step: fc.nat({max: 50}), happening}),
		{maxLength: 8, size: '+2'},
	),
});

export const processHistories = (among: readonly Drive[] = drives): fc.Arbitrary<ProcessHistory> =>
	fc.record({
		drive: fc.constantFrom(...among),
		rounds: fc.array(round, {minLength: 2, maxLength: 4}),
	});
