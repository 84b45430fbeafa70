import {parseDetachKey} from '../../config/detach-key.ts';

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
export const defaultDetachKey = 'ctrl-\\';

/**
 * The configured key as a terminal may send it: one control byte, or, when the attached program
 * has asked for extended keys, `CSI code;modifiers u` (kitty keyboard protocol) or
 * `CSI 27;modifiers;code ~` (xterm's modifyOtherKeys). What is no control key counts as `ctrl-\`.
 */
export const detachKeyOf = (name: string): DetachKey => {
	const {label, character} = parseDetachKey(name) ?? parseDetachKey(defaultDetachKey)!;
	const code = label.toLowerCase().charCodeAt(label.length - 1);
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
		label,
		indexIn(typed) {
			const plain = typed.indexOf(character);
			// Nearly all that is typed: no need to look further.
			if (!typed.includes('\u001B')) return plain;
			for (const found of typed.matchAll(extended)) {
				if (isPressed(found)) return plain === -1 ? found.index : Math.min(plain, found.index);
			}

			return plain;
		},
		pendingIn(typed) {
			if (!typed.includes('\u001B')) return 0;
			// `ESC [` and digits that may go on; a lone ESC is a key of its own and waits for nothing.
			const tail = /\u001B\[[\d;:]{0,24}$/.exec(typed)?.[0];
			if (tail === undefined) return 0;
			const digits = tail.slice(2);
			const mayBecome = (form: string) => digits.startsWith(form) || form.startsWith(digits);
			return mayBecome(String(code)) || mayBecome('27;') ? tail.length : 0;
		},
	};
};
