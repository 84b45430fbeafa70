import {Argument, Command as Parser, CommanderError, Option} from 'commander';
import {didYouMean} from '../config/nearest.ts';
import {FleetError} from '../errors.ts';
import type {Command, CommandInput, FlagSpec} from './command.ts';
import type {FoundCommand} from './find-command.ts';
import {globalFlags, longFlag} from './global-flags.ts';

/** The flags and arguments of one command line, global flags among them. Throws `usage`. */
export const parseArguments = ({command, words, rest}: FoundCommand): CommandInput => {
	const parser = new Parser(command.name)
		.exitOverride()
		.configureOutput({writeErr() {}, writeOut() {}})
		.helpOption(false)
		.allowExcessArguments(false);
	for (const flag of [...(command.flags ?? []), ...globalFlags]) parser.addOption(option(flag));
	for (const {name, description, choices} of command.arguments ?? []) {
		const argument = new Argument(name, description);
		parser.addArgument(choices ? argument.choices(choices) : argument);
	}

	try {
		// Behind `--` are this command's own operands, unless it hands them on.
		const operands = rest === undefined || command.passThrough ? [] : ['--', ...rest];
		parser.parse([...words, ...operands], {from: 'user'});
	} catch (error) {
		if (error instanceof CommanderError) throw usage(error, command);
		throw error;
	}

	return {
		arguments: parser.processedArgs.flatMap(value =>
			value === undefined ? [] : (value as string | string[]),
		),
		flags: parser.opts(),
		rest: command.passThrough ? (rest ?? []) : [],
	};
};

function option({flags, description, repeatable, choices, default: fallback}: FlagSpec): Option {
	const made = new Option(flags, description);
	if (choices) made.choices(choices);
	if (fallback !== undefined) made.default(fallback);
	if (repeatable) {
		made.argParser((value: string, before: string[] | undefined) => [...(before ?? []), value]);
	}

	return made;
}

function usage(error: CommanderError, command: Command): FleetError {
	const message = error.message
		.replace(/^error: /, '')
		.replace(/\n.*$/s, '')
		.replaceAll("'", '`');
	if (error.code === 'commander.unknownOption') {
		const word = /`([^`]*)`/.exec(message)?.[1] ?? '';
		const flags = [...(command.flags ?? []), ...globalFlags].map(longFlag);
		return new FleetError('usage', `unknown flag \`${word}\``, {
			hint: `${didYouMean(word, flags)}What begins with a dash and is no flag goes behind \`--\`.`,
		});
	}

	return new FleetError('usage', message, {
		hint: `\`${command.name === 'console' ? '' : 'console '}${command.name} --help\` says what it takes.`,
	});
}
