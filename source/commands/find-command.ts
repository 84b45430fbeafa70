import {didYouMean, listed} from '../config/nearest.ts';
import {FleetError} from '../errors.ts';
import type {Command} from './command.ts';
import {globalFlags, longFlag, takesValue} from './global-flags.ts';

/** As much of a command as it takes to find it. */
type Named = Pick<Command, 'name' | 'hidden'>;

export type FoundCommand<C = Command> = {
	command: C;
	/** The command line without the command's own words and what stands behind `--`. */
	words: string[];
	/** What stands behind the first `--`; undefined where there is none. */
	rest: string[] | undefined;
};

const valued = new Set(globalFlags.filter(takesValue).map(longFlag));

/** Where the operands of a command line stand, flags of every command and their values left out. */
export const operandsOf = (words: readonly string[]): number[] => {
	const operands: number[] = [];
	for (let index = 0; index < words.length; index++) {
		const word = words[index]!;
		if (valued.has(word)) index++;
		else if (word === '-' || !word.startsWith('-')) operands.push(index);
	}

	return operands;
};

/** The words of a line that asks for help (`--help`, `-h`, `help list`), without the asking; else undefined. */
export const helpWanted = (argv: readonly string[]): string[] | undefined => {
	const dashes = argv.indexOf('--');
	const words = dashes === -1 ? argv : argv.slice(0, dashes);
	const [first] = operandsOf(words);
	const isAsked = (word: string, index: number) =>
		word === '--help' || word === '-h' || (index === first && word === 'help');
	return words.some(isAsked) ? words.filter((word, index) => !isAsked(word, index)) : undefined;
};

/** The command that a command line means; no word means the console. Throws `usage`. */
export const findCommand = <C extends Named>(
	argv: readonly string[],
	table: readonly C[],
): FoundCommand<C> | {group: string} => {
	const dashes = argv.indexOf('--');
	const words = dashes === -1 ? [...argv] : argv.slice(0, dashes);
	const rest = dashes === -1 ? undefined : argv.slice(dashes + 1);
	const [first, second] = operandsOf(words);
	const named = (name: string) => table.find(command => command.name === name);
	const without = (...indexes: Array<number | undefined>) =>
		words.filter((_, index) => !indexes.includes(index));

	if (first === undefined) return {command: named('console')!, words, rest};
	const word = words[first]!;
	const pair = second === undefined ? undefined : named(`${word} ${words[second]!}`);
	if (pair) return {command: pair, words: without(first, second), rest};
	const single = named(word);
	if (single) return {command: single, words: without(first), rest};

	const members = table.filter(command => command.name.startsWith(`${word} `) && !command.hidden);
	if (members.length === 0) throw unknownCommand(word, table);
	if (second === undefined) return {group: word};
	const names = members.map(command => command.name.slice(word.length + 1));
	throw new FleetError('usage', `unknown command \`${word} ${words[second]!}\``, {
		hint: `${didYouMean(words[second]!, names, name => `\`console ${word} ${name}\``)}There are ${listed(names)}.`,
	});
};

function unknownCommand(word: string, table: readonly Named[]): FleetError {
	const names = table
		.filter(command => !command.hidden && command.name !== 'console')
		.map(command => command.name.split(' ')[0]!);
	return new FleetError('usage', `unknown command \`${word}\``, {
		hint: `${didYouMean(word, names, name => `\`console ${name}\``)}\`console --help\` lists them all.`,
	});
}
