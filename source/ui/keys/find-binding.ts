import type {Binding, Situation} from './binding.ts';
import {bindings} from './bindings.ts';

/** The command that a key gives now; or the first that has the key, with why it cannot be given. */
export const findBinding = (
	key: string,
	situation: Situation,
): {binding: Binding; whyNot: string | undefined} | undefined => {
	const candidates = bindings.filter(binding => binding.keys.includes(key));
	const able = candidates.find(binding => binding.whyNot?.(situation) === undefined);
	// Of several that cannot be given, the last says best why: `retry` only rests while all is well.
	const binding = able ?? candidates.at(-1);
	return binding && {binding, whyNot: able ? undefined : binding.whyNot?.(situation)};
};
