import {plainText} from '../protocol/text.ts';

export type PatchLine = {kind: 'add' | 'remove' | 'hunk' | 'context' | 'note'; text: string};

export type PatchFile = {
	/** Its name now; harmless to show. */
	name: string;
	/** `M`odified, `A`dded, `D`eleted, `R`enamed. */
	status: 'M' | 'A' | 'D' | 'R';
	added: number;
	removed: number;
	lines: readonly PatchLine[];
};

const maxLineLength = 2000;

/** A unified diff of git, a file at a time, every line made harmless. Never throws. */
export const parsePatch = (patch: string): PatchFile[] => {
	const files: PatchFile[] = [];
	for (const part of patch.split(/^(?=diff --git )/m)) {
		if (part.startsWith('diff --git ')) files.push(parseFile(part));
	}

	return files;
};

const parseFile = (part: string): PatchFile => {
	const rows = part.split('\n');
	if (rows.at(-1) === '') rows.pop();
	const firstHunk = rows.findIndex(row => row.startsWith('@@'));
	const head = rows.slice(0, firstHunk === -1 ? rows.length : firstHunk);
	const lines: PatchLine[] = head
		.filter(row => /^(Binary files|GIT binary|old mode|new mode|rename|similarity)/.test(row))
		.map(row => ({kind: 'note', text: harmless(row)}));
	let added = 0;
	let removed = 0;
	for (const row of firstHunk === -1 ? [] : rows.slice(firstHunk)) {
		const kind = kindOf(row);
		if (kind === 'add') added++;
		if (kind === 'remove') removed++;
		lines.push({kind, text: harmless(row)});
	}

	return {name: nameOf(head), status: statusOf(head), added, removed, lines};
};

const kindOf = (row: string): PatchLine['kind'] => {
	if (row.startsWith('+')) return 'add';
	if (row.startsWith('-')) return 'remove';
	if (row.startsWith('@@')) return 'hunk';
	return row.startsWith('\\') ? 'note' : 'context';
};

const statusOf = (head: readonly string[]): PatchFile['status'] => {
	const has = (start: string) => head.some(row => row.startsWith(start));
	return has('new file') ? 'A' : has('deleted file') ? 'D' : has('rename to') ? 'R' : 'M';
};

/** From the rows that name one file alone; the first row of a file names both, joined by a space. */
const nameOf = (head: readonly string[]): string => {
	const after = (start: string) =>
		head.find(row => row.startsWith(start) && row !== `${start}/dev/null`)?.slice(start.length);
	const name =
		after('rename to ') ??
		after('+++ ')?.replace(/^"?b\//, '') ??
		after('--- ')?.replace(/^"?a\//, '') ??
		/ b\/(.*)$/.exec(head[0] ?? '')?.[1] ??
		head[0] ??
		'';
	return plainText(name.replace(/"$/, ''), 400);
};

/** Tabs as a terminal would show them at a column that is not known here: as spaces. */
const harmless = (row: string): string => {
	const bounded = row.slice(0, maxLineLength).replaceAll('\t', '    ').replace(/\r$/, '');
	return bounded
		.replace(/[\u0000-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/g, '·')
		.toWellFormed();
};
