import {didYouMean, listed} from '../config/nearest.ts';
import {FleetError} from '../errors.ts';
import type {CommandInput} from './command.ts';

type Range = {min: number; max: number};

/** A flag's value as a number within a range, or undefined where it was not given. Throws `usage`. */
export const numberFlag = (
	{flags}: Pick<CommandInput, 'flags'>,
	name: string,
	{min, max}: Range,
): number | undefined => {
	const value = flags[name];
	if (value === undefined) return undefined;
	const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
	if (number >= min && number <= max) return number;
	throw new FleetError('usage', `--${name} ${JSON.stringify(value)}: expected a number`, {
		hint: `Give a number from ${min} to ${max}.`,
	});
};

/** A flag's comma separated words, each one of `choices`; undefined where it was not given. Throws `usage`. */
export const wordsFlag = <T extends string>(
	{flags}: Pick<CommandInput, 'flags'>,
	name: string,
	choices: readonly T[],
): T[] | undefined => {
	const value = flags[name];
	if (typeof value !== 'string') return undefined;
	return value.split(',').map(part => {
		const word = part.trim();
		const found = choices.find(choice => choice === word);
		if (found !== undefined) return found;
		throw new FleetError('usage', `--${name}: unknown word \`${word}\``, {
			hint: `${didYouMean(word, choices)}There are ${listed(choices)}.`,
		});
	});
};

export const textFlag = (
	{flags}: Pick<CommandInput, 'flags'>,
	name: string,
): string | undefined => {
	const value = flags[name];
	return typeof value === 'string' ? value : undefined;
};
