export type DetachKey = {
	/** As it is shown: `Ctrl-\`. */
	label: string;
	/** The control character that a terminal sends for it. */
	character: string;
	/** What it is instead when a program turned on richer keys (kitty's, xterm's modifyOtherKeys). */
	sequences: string[];
};

const form = /^(?:ctrl|c|\^)[-+]?([a-z@[\\\]^_])$/i;

// These arrive as, or are, keys that no program can do without: Tab, Enter, Escape and a line feed.
const taken = new Set(['i', 'm', 'j', '[']);

/** `ctrl-\`, `ctrl-]`, `ctrl-a`, `^a`: a control key that can detach, or undefined. */
export const parseDetachKey = (text: string): DetachKey | undefined => {
	const key = form.exec(text.trim())?.[1]?.toLowerCase();
	if (key === undefined || taken.has(key)) return undefined;
	const code = key.charCodeAt(0);
	return {
		label: `Ctrl-${key.length === 1 && /[a-z]/.test(key) ? key.toUpperCase() : key}`,
		character: String.fromCharCode(key.toUpperCase().charCodeAt(0) & 0x1f),
		sequences: [`\u001B[${code};5u`, `\u001B[27;5;${code}~`],
	};
};
