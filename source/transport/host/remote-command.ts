/**
 * A command line for the login shell of a host, whichever it is: everything quoted but a leading
 * `~/`, which only that shell can expand.
 */
export const remoteCommand = (program: string, ...argv: string[]): string => {
	const home = /^~[\w.-]*\//.exec(program)?.[0] ?? '';
	return [home + quote(program.slice(home.length)), ...argv.map(quote)].join(' ');
};

// Single quotes mean the same to sh, bash, zsh, fish and csh; a quote inside ends, escapes, begins.
const quote = (word: string): string =>
	/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
