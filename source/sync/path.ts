/**
 * A path or name as sync carries it: the bytes of a POSIX name, one UTF-16 unit (0–255) each.
 * A name that is not UTF-8 survives, two names are the same when their bytes are, a string of
 * bytes is a key of a Map, takes one byte a character in memory, and crosses JSON and SQLite
 * unchanged. Relative to the rule's root, `/` between the parts, '' is the root itself.
 */
export type BytePath = string;

/** What a person or a configuration wrote, as bytes. */
export const bytePath = (text: string): BytePath => Buffer.from(text, 'utf8').toString('latin1');

/** As a person reads it; bytes that are no UTF-8 become U+FFFD. */
export const shownPath = (path: BytePath): string => Buffer.from(path, 'latin1').toString('utf8');

const beyondAscii = /[^\0-\x7F]/;

/** As Node's fs wants it: a string where that says the same, else the bytes. */
export const nativePath = (path: BytePath): string | Buffer =>
	beyondAscii.test(path) ? Buffer.from(path, 'latin1') : path;

export const joinPath = (folder: BytePath, name: BytePath): BytePath =>
	folder === '' ? name : `${folder}/${name}`;

export const parentOf = (path: BytePath): BytePath =>
	path.slice(0, Math.max(0, path.lastIndexOf('/')));

export const nameOf = (path: BytePath): BytePath => path.slice(path.lastIndexOf('/') + 1);

/** How many folders stand above it. */
export const depthOf = (path: BytePath): number => {
	let depth = 0;
	for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) depth++;
	return depth;
};

/** True for a name that can only mean an entry of its folder: what the other side says is checked by it. */
export const isPlainName = (name: BytePath): boolean =>
	name.length > 0 &&
	name.length <= 255 &&
	name !== '.' &&
	name !== '..' &&
	!/[/\0]|[^\0-\xFF]/.test(name);

/** True for a relative path that cannot leave the root, nor name it. */
export const isPlainPath = (path: BytePath): boolean =>
	path.length <= 4096 && path.split('/').every(isPlainName);
