import {closest, distance} from 'fastest-levenshtein';

/** The name that was most likely meant, or undefined where there is none to choose from. */
export const nearest = (name: string, known: readonly string[]): string | undefined =>
	known.length === 0 ? undefined : closest(name, known);

/** The beginning of a hint: who mistyped is told what they meant, who meant something else is not. */
export const didYouMean = (
	word: string,
	known: readonly string[],
	say: (name: string) => string = name => `\`${name}\``,
): string => {
	const near = nearest(word, known);
	const isNear =
		near !== undefined &&
		(near.startsWith(word) || distance(word, near) <= Math.max(1, Math.ceil(near.length / 3)));
	return isNear ? `Did you mean ${say(near)}? ` : '';
};

/** "a, b and c": the names as a sentence has them. */
export const listed = (names: readonly string[]): string =>
	names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)!}`;
