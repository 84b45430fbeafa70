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
	const special = specialName(key);
	if (special) {
		const prefix = `${key.ctrl ? 'ctrl+' : ''}${key.meta ? 'alt+' : ''}${key.shift && special === 'tab' ? 'shift+' : ''}`;
		return [prefix + special];
	}

	if (input === '') return [];
	if (key.ctrl) return [input === ' ' ? 'ctrl+space' : `ctrl+${input.toLowerCase()}`];
	if (key.meta) return [`alt+${input}`];
	return graphemes(input).map(nameOfLetter);
};

const specialName = (key: Key): string | undefined => {
	if (key.return) return 'enter';
	if (key.escape) return 'esc';
	if (key.tab) return 'tab';
	if (key.upArrow) return 'up';
	if (key.downArrow) return 'down';
	if (key.leftArrow) return 'left';
	if (key.rightArrow) return 'right';
	if (key.pageUp) return 'pageup';
	if (key.pageDown) return 'pagedown';
	if (key.home) return 'home';
	if (key.end) return 'end';
	if (key.backspace) return 'backspace';
	if (key.delete) return 'delete';
	return undefined;
};
