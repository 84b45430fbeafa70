import fc from 'fast-check';
import {happening, user, type Happening} from '../happening.ts';
import {places, type Place} from './rendezvous.ts';

/** What happens when a place has come to a step. */
export type Meeting = {place: Place; step: number; happening: Happening};

export type ProcessRound = {before: Happening[]; during: Meeting[]};
export type ProcessHistory = ProcessRound[];

export const processHistories: fc.Arbitrary<ProcessHistory> = fc.array(
	fc.record({
		before: fc.array(user, {minLength: 4, maxLength: 12, size: '+2'}),
		during: fc.array(
			fc.record({place: fc.constantFrom(...places), step: fc.nat({max: 50}), happening}),
			{maxLength: 8, size: '+2'},
		),
	}),
	{minLength: 2, maxLength: 4},
);
