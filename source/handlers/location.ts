/** A place in a file as `console ide` names it; lines and columns begin at 1. */
export type Location = {path: string; line: number | undefined; column: number | undefined};

/** `PATH[:LINE[:COL]]`; what is no number after a colon belongs to the path, as in a file named `a:b`. */
export const parseLocation = (argument: string): Location => {
	const match = /^(.+?):([1-9]\d{0,6})(?::([1-9]\d{0,6}))?$/s.exec(argument);
	if (match === null) return {path: argument, line: undefined, column: undefined};
	const [, path = '', line, column] = match;
	return {path, line: Number(line), column: column === undefined ? undefined : Number(column)};
};

export const formatLocation = ({path, line, column}: Location): string =>
	[path, line, line === undefined ? undefined : column]
		.filter(part => part !== undefined)
		.join(':');
