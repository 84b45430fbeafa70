export type CommandLine = {argv: string[]} | {problem: string};

const quoteInside = new Set(['"', '\\', '$', '`']);

/**
 * Splits a command into arguments by the shell's quoting rules (POSIX XCU 2.2: white space
 * separates; '…' is literal; "…" and a backslash quote) and by nothing else of a shell. What
 * would need one (pipes, redirections, substitutions) is a problem, not an argument.
 */
export const splitCommand = (text: string): CommandLine => {
	const argv: string[] = [];
	let current: string | undefined;
	let quote: '"' | "'" | undefined;
	for (let index = 0; index < text.length; index++) {
		const character = text[index]!;
		const next = text[index + 1];
		if (quote === "'") {
			if (character === "'") quote = undefined;
			else current += character;
		} else if (character === '\\') {
			if (next === undefined) return {problem: 'ends with a lone backslash'};
			current ??= '';
			current += quote === '"' && !quoteInside.has(next) ? `\\${next}` : next;
			index++;
		} else if (character === '$' || character === '`') {
			return {problem: `\`${character}\` would need a shell, and none runs it`};
		} else if (quote === '"') {
			if (character === '"') quote = undefined;
			else current += character;
		} else if (character === '"' || character === "'") {
			quote = character;
			current ??= '';
		} else if (/\s/.test(character)) {
			if (current !== undefined) argv.push(current);
			current = undefined;
		} else if ('|&;<>()'.includes(character)) {
			return {problem: `\`${character}\` would need a shell, and none runs it`};
		} else {
			current = (current ?? '') + character;
		}
	}

	if (quote !== undefined) return {problem: `has an opening ${quote} without a closing one`};
	if (current !== undefined) argv.push(current);
	return argv.length === 0 ? {problem: 'is empty'} : {argv};
};
