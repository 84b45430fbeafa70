/**
 * Words as one line for tmux's command parser (tmux(1), "Parsing syntax"): inside double quotes only
 * `"`, `\`, `$` and control characters mean something, and each has an escape.
 */
export const commandLine = (words: readonly string[]): string => words.map(quote).join(' ');

const quote = (word: string): string =>
	/^[A-Za-z0-9_/.:,=+-]+$/.test(word)
		? word
		: `"${word.replace(/["\\$]|[\0-\x1f\x7f]/g, character =>
				character.charCodeAt(0) < 32 || character === '\x7f'
					? `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`
					: `\\${character}`,
			)}"`;
