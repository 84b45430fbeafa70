import {closest} from 'fastest-levenshtein';

/** The name that was most likely meant, or undefined where there is none to choose from. */
export const nearest = (name: string, known: readonly string[]): string | undefined =>
	known.length === 0 ? undefined : closest(name, known);

/** "a, b and c": the names as a sentence has them. */
export const listed = (names: readonly string[]): string =>
	names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)!}`;
