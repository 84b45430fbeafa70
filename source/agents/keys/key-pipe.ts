import path from 'node:path';

const quote = (word: string): string => `'${word.replaceAll("'", String.raw`'\''`)}'`;

/**
 * A pipe in the agent's own folder that yields one secret to whoever reads it, for as long as the agent
 * runs. The launcher keeps it: neither disk nor environment ever holds the secret, and no daemon is needed.
 */
export const keyPipe = (scratch: string, name: string): string => path.join(scratch, 'keys', name);

/** The command by which a program asks for its key, as words. */
export const keyCommand = (scratch: string, name: string): [string, string] => [
	'/bin/sh',
	`${keyPipe(scratch, name)}.sh`,
];

/** The same for a program that hands it to a shell. */
export const keyCommandLine = (scratch: string, name: string): string =>
	keyCommand(scratch, name).map(quote).join(' ');

/** The file of that command. Of two that read at the same moment one gets nothing, and reads again. */
export const keyFiles = (scratch: string, name: string): Record<string, string> => {
	const pipe = keyPipe(scratch, name);
	return {
		[`${pipe}.sh`]: `for attempt in 1 2 3 4 5 6 7 8; do
	[ -p ${quote(pipe)} ] || exit 1
	key=$(cat ${quote(pipe)}) && [ -n "$key" ] && printf '%s\\n' "$key" && exit 0
done
exit 1
`,
	};
};
