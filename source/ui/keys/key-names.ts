import type {Key} from 'ink';
import {graphemes} from '../present/cells.ts';

const controls: Record<string, string> = {
	'\r': 'enter',
	'\n': 'ctrl+j',
	'\t': 'tab',
	'\u001B': 'esc',
	'\u007F': 'backspace',
	'\b': 'backspace',
	'\0': 'ctrl+space',
};

/** Keys that are no letters, as Ink tells them. */
const specials = [
	['return', 'enter'],
	['escape', 'esc'],
	['tab', 'tab'],
	['upArrow', 'up'],
	['downArrow', 'down'],
	['leftArrow', 'left'],
	['rightArrow', 'right'],
	['pageUp', 'pageup'],
	['pageDown', 'pagedown'],
	['home', 'home'],
	['end', 'end'],
	['backspace', 'backspace'],
	['delete', 'delete'],
] as const;

const nameOfLetter = (letter: string): string => {
	const known = controls[letter];
	if (known) return known;
	const code = letter.charCodeAt(0);
	return letter.length === 1 && code < 32 ? `ctrl+${String.fromCharCode(code + 96)}` : letter;
};

/**
 * What was pressed, key by key: `j`, `enter`, `shift+tab`, `ctrl+z`, `alt+enter`. Keys that were
 * typed faster than the terminal was read come as one string and are told apart here.
 */
export const keyNames = (input: string, key: Key): string[] => {
	if (key.eventType === 'release') return [];
	const special = specials.find(([flag]) => key[flag])?.[1];
	if (special) {
		const prefix = `${key.ctrl ? 'ctrl+' : ''}${key.meta ? 'alt+' : ''}${key.shift && special === 'tab' ? 'shift+' : ''}`;
		return [prefix + special];
	}

	if (input === '') return [];
	if (key.ctrl) return [input === ' ' ? 'ctrl+space' : `ctrl+${input.toLowerCase()}`];
	if (key.meta) return [`alt+${input}`];
	return graphemes(input).map(nameOfLetter);
};
