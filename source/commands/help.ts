import type {ArgumentSpec, Command, FlagSpec} from './command.ts';
import {globalFlags} from './global-flags.ts';

export const commandGroups: ReadonlyArray<readonly [NonNullable<Command['group']>, string]> = [
	['fleet', 'The fleet'],
	['agents', 'One agent'],
	['laptop', 'This laptop and the way to the host'],
	['host', 'On the host'],
];

const twoColumnsFrom = 60;

type Row = readonly [left: string, right: string];

/** `<agent...>` → `AGENT…`, `[text]` → `[TEXT]`. */
export const argumentText = ({name}: Pick<ArgumentSpec, 'name'>): string => {
	const word = name.replaceAll(/[<>[\].]/g, '').toUpperCase();
	const many = name.includes('...') ? `${word}…` : word;
	return name.startsWith('[') ? `[${many}]` : many;
};

/** How a command is called: `send AGENT TEXT…`. */
export const usageText = (command: Command): string =>
	[
		command.name,
		...(command.arguments ?? []).map(argumentText),
		...(command.passThrough ? ['[-- ARG…]'] : []),
	].join(' ');

const flagText = ({flags}: FlagSpec): string =>
	flags.replace(/[<[]([^>\]]+)[>\]]/, (_, word: string) => word.toUpperCase());

const purpose = 'attend, from your laptop, the coding agents that run on other machines';

/** The page of `console --help`, at most `width` columns wide. */
export const mainHelp = (table: readonly Command[], version: string, width = 80): string =>
	[
		...(width < twoColumnsFrom
			? [
					...wrap(`fleet-console ${version}: ${purpose}`, width),
					'',
					'Usage: console [--remote NAME]',
					'       console [--remote NAME] COMMAND …',
				]
			: [
					`fleet-console ${version}: ${purpose}`,
					'',
					'Usage: console [--remote NAME]               the console: the fleet, live',
					'       console [--remote NAME] COMMAND …     one command, then exit',
				]),
		...commandGroups.flatMap(([group, title]) =>
			section(
				title,
				table
					.filter(command => !command.hidden && command.group === group)
					.map(command => [usageText(command), command.summary]),
				width,
			),
		),
		...section('Flags of every command', globalFlags.map(flagRow), width),
		'',
		...wrap('`console COMMAND --help` tells more of one command.', width),
	].join('\n');

/** The page of `console COMMAND --help`. */
export const commandHelp = (command: Command, width = 80): string =>
	[
		`Usage: console [--remote NAME] ${[
			usageText(command).replace(' [-- ARG…]', ''),
			...(command.flags?.length ? ['[FLAG…]'] : []),
			...(command.passThrough ? ['[-- ARG…]'] : []),
		].join(' ')}`,
		'',
		...wrap(sentence(command.summary), width),
		...section(
			'Arguments',
			(command.arguments ?? []).map(argument => [
				argumentText(argument),
				withChoices(argument.description, argument.choices),
			]),
			width,
		),
		...section('Flags', (command.flags ?? []).map(flagRow), width),
		...section(
			'Examples',
			(command.examples ?? []).map(([line, what]) => [line, what]),
			width,
		),
		...section('Flags of every command', globalFlags.map(flagRow), width),
	].join('\n');

/** The page of a word that only has members: `console host --help`. */
export const groupHelp = (group: string, table: readonly Command[], width = 80): string =>
	[
		`Usage: console ${group} COMMAND`,
		...section(
			'Commands',
			table
				.filter(command => command.name.startsWith(`${group} `) && !command.hidden)
				.map(command => [usageText(command), command.summary]),
			width,
		),
	].join('\n');

const sentence = (text: string): string => `${text[0]!.toUpperCase()}${text.slice(1)}.`;

const flagRow = (flag: FlagSpec): Row => [
	flagText(flag),
	withChoices(flag.description, flag.choices),
];

const withChoices = (text: string, choices: readonly string[] | undefined): string =>
	choices ? `${text}: ${choices.join(', ')}` : text;

function section(title: string, rows: readonly Row[], width: number): string[] {
	if (rows.length === 0) return [];
	// Where two columns have no room, what it does stands under what is typed.
	const left =
		width < twoColumnsFrom ? 2 : Math.min(30, Math.max(...rows.map(([text]) => text.length)));
	return [
		'',
		title,
		...rows.flatMap(([text, what]) => {
			const lines = wrap(what, Math.max(20, width - left - 4));
			const indent = `\n${' '.repeat(left + 4)}`;
			return text.length > left
				? [`  ${text}`, `${indent.slice(1)}${lines.join(indent)}`]
				: [`  ${text.padEnd(left)}  ${lines.join(indent)}`];
		}),
	];
}

function wrap(text: string, width: number): string[] {
	const lines: string[] = [];
	let line = '';
	for (const word of text.split(' ')) {
		if (line !== '' && line.length + 1 + word.length > width) {
			lines.push(line);
			line = word;
		} else {
			line = line === '' ? word : `${line} ${word}`;
		}
	}

	return [...lines, line];
}
