// Remote text is data. Nothing a host says reaches a terminal, a log or a table without passing here.

// C0, DEL, C1, and the bidirectional and zero-width characters that can make text read as another.
const unsafe =
	/[\u0000-\u001F\u007F-\u009F\u200B\u200E\u200F\u2028-\u202E\u2060-\u2064\u2066-\u206F\uFEFF]/g;
const escapeSequence =
	/\u001B(?:\[[0-?]*[ -/]*[@-~]?|[\]PX^_][^\u0007\u001B\u009C]*(?:\u0007|\u001B\\|\u009C)?|[ -/]*[0-~]?)|\u009B[0-?]*[ -/]*[@-~]?/g;

/**
 * One line of harmless text: escape sequences and control characters removed, white space
 * folded, at most `limit` UTF-16 units (an ellipsis marks a cut).
 */
export const plainText = (text: string, limit = 1000): string => {
	const bounded = text.length > limit * 4 ? text.slice(0, limit * 4) : text;
	const plain = bounded
		.toWellFormed()
		.replace(escapeSequence, '')
		.replace(/[\t\n\r]+/g, ' ')
		.replace(unsafe, '')
		.trim();
	return plain.length > limit ? `${plain.slice(0, limit - 1).toWellFormed()}…` : plain;
};

const selectGraphicRendition = /^\u001B\[[0-9;:]*m$/;

/** A terminal line that keeps its colours and loses everything else that a terminal would obey. */
export const colouredLine = (line: string, limit = 10_000): string => {
	const bounded = line.length > limit ? line.slice(0, limit) : line;
	let out = '';
	let last = 0;
	for (const match of bounded.matchAll(escapeSequence)) {
		out += bounded.slice(last, match.index).replace(unsafe, '');
		if (selectGraphicRendition.test(match[0])) out += match[0];
		last = match.index + match[0].length;
	}

	return (out + bounded.slice(last).replace(unsafe, '')).toWellFormed();
};
