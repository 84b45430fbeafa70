/** A screen of its own, so that an attached program leaves no trace in the person's scrollback. */
export const enterScreen = '\u001B[?1049h\u001B[H\u001B[2J';
export const leaveScreen = '\u001B[?1049l';

/**
 * Undoes what a program may have left on when its stream ended: mouse and focus reports,
 * bracketed paste, application keys, extended keys, origin mode, a scroll region, colours, a
 * hidden cursor. CAN first: the stream may have ended inside a control sequence.
 */
export const restoreModes = [
	'\u0018',
	'\u001B[?1000;1002;1003;1004;1005;1006;1015;1016;2004;2026;2031l',
	'\u001B[?1;6l\u001B>',
	'\u001B[>4m\u001B[<9u',
	'\u001B[0m\u001B(B\u001B[?7h\u001B[?25h\u001B[0 q',
].join('');

/** What a program left behind is wiped before another draws in its place. */
export const clearScreen = `${restoreModes}\u001B[r\u001B[H\u001B[2J`;

/**
 * A line of ours on the last row, over whatever stands there, with the cursor left where it was.
 * Origin mode is saved and restored with the cursor (DECSC, DECRC).
 */
export const lastLine = (text: string, rows: number): string =>
	`\u0018\u001B7\u001B[?6l\u001B[${rows};1H\u001B[0;7m${text}\u001B[0m\u001B8`;
