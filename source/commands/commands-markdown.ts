import type {Command} from './command.ts';
import {longFlag} from './global-flags.ts';
import {commandGroups, usageText} from './help.ts';

const cell = (text: string): string => text.replaceAll('|', String.raw`\|`);

const flagsOf = ({flags = []}: Command): string =>
	flags.map(flag => `\`${longFlag(flag)}\``).join(' ');

/** The README's tables of commands, which a test compares with what the README says. */
export const commandsMarkdown = (table: readonly Command[]): string =>
	commandGroups
		.map(([group, title]) =>
			[
				`| ${title} | | flags |`,
				'| --- | --- | --- |',
				...table
					.filter(command => !command.hidden && command.group === group)
					.map(
						command =>
							`| \`${cell(usageText(command))}\` | ${cell(command.summary)} | ${flagsOf(command)} |`,
					)
					// An empty cell is one space.
					.map(row => row.replace(/\|  \|$/, '| |')),
			].join('\n'),
		)
		.join('\n\n');
