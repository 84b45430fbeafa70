import {version} from '../protocol/version.ts';
import type {Command} from './command.ts';
import {findCommand, operandsOf} from './find-command.ts';
import {commandHelp, groupHelp, mainHelp} from './help.ts';

/** Prints the page that a command line with `--help` asks for. Yields the exit code. */
export const printHelp = (words: readonly string[], table: readonly Command[]): number => {
	const width = Math.min(100, Math.max(40, process.stdout.columns || 80));
	process.stdout.write(`${page(words, table, width)}\n`);
	return 0;
};

function page(words: readonly string[], table: readonly Command[], width: number): string {
	if (operandsOf(words).length === 0) return mainHelp(table, version, width);
	const found = findCommand(words, table);
	return 'group' in found
		? groupHelp(found.group, table, width)
		: commandHelp(found.command, width);
}
