/** Looks for the detach key in what was typed, in each form that a terminal may send it. */
export type DetachKey = {
	/** As a person reads it: `Ctrl-\`. */
	readonly label: string;
	/** Where it begins in the bytes (as latin1), or -1. */
	indexIn(typed: string): number;
	/** How many bytes at the end may be the beginning of it. */
	pendingIn(typed: string): number;
};

const ctrl = 4;
/** Caps lock and num lock do not make it another key. */
const locks = 64 | 128;

/**
 * The key as configured: `ctrl-\`, `ctrl-]`, `ctrl-a`. A terminal sends it as one control byte, or
 * as `CSI code;modifiers u` (kitty keyboard protocol) or `CSI 27;modifiers;code ~` (xterm's
 * modifyOtherKeys) when the attached program has asked for extended keys. Undefined for what is
 * no control key.
 */
export const parseDetachKey = (name: string): DetachKey | undefined => {
	const match = /^(?:ctrl|control|c)[-+](.)$/i.exec(name.trim()) ?? /^\^(.)$/.exec(name.trim());
	if (!match) return undefined;
	const letter = match[1]!.toLowerCase();
	const code = letter.charCodeAt(0);
	if (!/[a-z@[\\\]^_]/.test(letter) || 'ijm['.includes(letter)) return undefined;
	const byte = String.fromCharCode(letter.toUpperCase().charCodeAt(0) & 31);
	const extended = new RegExp(
		`\\u001B\\[(?:${code}(?::\\d*)*;(\\d+)(?::(\\d+))?(?:;[\\d:]*)?u|27;(\\d+);${code}~)`,
		'g',
	);
	const isPressed = (found: RegExpMatchArray): boolean => {
		const modifiers = Number(found[1] ?? found[3]) - 1;
		const isRelease = found[2] === '3';
		return (modifiers & ~locks) === ctrl && !isRelease;
	};

	return {
		label: `Ctrl-${letter.toUpperCase()}`,
		indexIn(typed) {
			const plain = typed.indexOf(byte);
			for (const found of typed.matchAll(extended)) {
				if (isPressed(found)) return plain === -1 ? found.index : Math.min(plain, found.index);
			}

			return plain;
		},
		pendingIn(typed) {
			// `ESC [` and digits that may go on; a lone ESC is a key of its own and waits for nothing.
			const tail = /\u001B\[[\d;:]{0,24}$/.exec(typed);
			if (!tail) return 0;
			const digits = tail[0].slice(2);
			const start = String(code);
			const mayBe = (form: string) => digits.startsWith(form) || form.startsWith(digits);
			return mayBe(start) || mayBe('27;') ? tail[0].length : 0;
		},
	};
};

export const defaultDetachKey = 'ctrl-\\';
