import fc from 'fast-check';
import type {Side} from '../../../source/sync/plan/operation.ts';
import {places, type UserAction} from './user.ts';

/** What can fail: the console and the daemon die, the link breaks, what carries larger files is killed. */
export const victims = ['console', 'daemon', 'link', 'mover'] as const;
export type Victim = (typeof victims)[number];

export type Happening =
	| {kind: 'user'; side: Side; action: UserAction}
	/** All of these at once. `arrived`: what the link was carrying did arrive, and only its answer is lost. */
	| {kind: 'fault'; victims: Victim[]; arrived: boolean};

/** A cycle: what happens before it, and in its midst, each so many steps after the one before. */
export type Round = {
	before: Happening[];
	during: Array<{after: number; happening: Happening}>;
	/** Sides that are looked at as a whole; at others it looks where a watcher would point to. */
	whole: Side[];
	/** Ends while larger files are still on their way: the next one meets them. */
	leaves: boolean;
};

export type History = Round[];

const place = fc.nat({max: places.length - 1});
const action: fc.Arbitrary<UserAction> = fc.oneof(
	{weight: 4, arbitrary: fc.record({kind: fc.constant('write' as const), at: place})},
	{weight: 3, arbitrary: fc.record({kind: fc.constant('replace' as const), at: place})},
	{weight: 2, arbitrary: fc.record({kind: fc.constant('mkdir' as const), at: place})},
	{weight: 2, arbitrary: fc.record({kind: fc.constant('unpack' as const), at: place})},
	{weight: 2, arbitrary: fc.record({kind: fc.constant('move' as const), at: place, to: place})},
	{weight: 2, arbitrary: fc.record({kind: fc.constant('slow-open' as const), at: place})},
	{weight: 2, arbitrary: fc.constant({kind: 'slow-write' as const})},
	{
		weight: 5,
		arbitrary: fc.record({
			kind: fc.constantFrom('forge', 'remove', 'chmod', 'link', 'become-folder'),
			at: place,
		}),
	},
);
export const user = fc.record({
	kind: fc.constant('user' as const),
	side: fc.constantFrom<Side>('local', 'remote'),
	action,
});
const fault = fc.record({
	kind: fc.constant('fault' as const),
	victims: fc.oneof(
		fc.constantFrom(...victims).map(victim => [victim]),
		fc.subarray([...victims], {minLength: 2}),
	),
	arrived: fc.boolean(),
});
export const happening: fc.Arbitrary<Happening> = fc.oneof(
	{weight: 7, arbitrary: user},
	{weight: 1, arbitrary: fault},
);

// Without a size of its own, fast-check makes short arrays only.
const size = '+2';

export const histories: fc.Arbitrary<History> = fc.array(
	fc.record({
		before: fc.array(user, {maxLength: 12, size}),
		during: fc.array(fc.record({after: fc.nat({max: 12}), happening}), {maxLength: 14, size}),
		whole: fc.subarray<Side>(['local', 'remote']),
		leaves: fc.boolean(),
	}),
	{minLength: 1, maxLength: 6, size},
);
