/** One thing that is wrong in a configuration file. */
export type Complaint = {
	/** The way to it: `['remote', 'dev', 'sync_up', 0, 'locall']`. */
	path: ReadonlyArray<string | number>;
	/** What was expected, and the nearest that would have been right. */
	message: string;
};

export type LocatedComplaint = Complaint & {line: number | undefined; column: number | undefined};

const bare = /^[A-Za-z0-9_-]+$/;

/** The path as TOML writes it: `remote.dev.sync_up[0].locall`. */
export const keyText = (path: Complaint['path']): string => {
	let out = '';
	for (const part of path) {
		if (typeof part === 'number') out += `[${part}]`;
		else out += (out === '' ? '' : '.') + (bare.test(part) ? part : JSON.stringify(part));
	}

	return out;
};

/** One line for a person: file, line, column, key, what was expected. */
export const complaintLine = (file: string, {path, message, line, column}: LocatedComplaint) => {
	const place = line === undefined ? file : `${file}:${line}:${column!}`;
	return path.length === 0 ? `${place}: ${message}` : `${place}: ${keyText(path)}: ${message}`;
};
