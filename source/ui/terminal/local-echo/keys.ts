import stringWidth from 'string-width';

/** What a key will probably do: write a letter, take one back, or what cannot be foretold. */
export type Key = {kind: 'letter'; text: string} | {kind: 'erase'} | {kind: 'other'};

/** More at once is pasted, or played by a program. */
const mostTyped = 16;
const letter = /^[\p{L}\p{N}\p{P}\p{S} ]$/u;
/** What a terminal says by itself: the focus, where the cursor is, and what it is and can (DA, XTVERSION, OSC). */
const reports =
	/\u001B\[[IO]|\u001B\[\?\d+;\d+R|\u001B\[[?>][\d;]*[cuy]|\u001BP[^\u001B]*\u001B\\|\u001B\][^\u0007\u001B]*(?:\u0007|\u001B\\)/g;
const erases = new Set(['\u007F', '\b']);

/** The keys in what was typed at once, its bytes as latin1. */
export const keysOf = (bytes: string): Key[] => {
	const typed = bytes.replaceAll(reports, '');
	if (typed.length > mostTyped || typed.includes('\u001B')) return [{kind: 'other'}];
	const text = Buffer.from(typed, 'latin1').toString('utf8');
	return Array.from(text, character => {
		if (erases.has(character)) return {kind: 'erase'};
		const isLetter = letter.test(character) && stringWidth(character) === 1;
		return isLetter && character !== '\uFFFD' ? {kind: 'letter', text: character} : {kind: 'other'};
	});
};
