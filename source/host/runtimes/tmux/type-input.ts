import {setTimeout as delay} from 'node:timers/promises';
import {FleetError} from '../../../errors.ts';
import {isKeyName} from './key-names.ts';

export type PaneInput = {text: string; submit: boolean; keys: readonly string[]};

export type InputPorts = {
	run(commands: ReadonlyArray<readonly string[]>): Promise<unknown>;
	/** A tmux command that reads its standard input. */
	feed(args: readonly string[], input: string): Promise<void>;
	/** What the pane shows now. */
	screen(): Promise<string>;
};

/** Longer than any of the agents takes fast typing for a paste, in which an Enter is a new line. */
const settleMs = 150;
/** A program that shows nothing of what is typed (a password) gets its Enter all the same. */
const patienceMs = 1000;
const longestTyped = 1000;
/** So much of a text's end is looked for. */
const tailLength = 24;
let buffers = 0;

/**
 * Types text into a pane, then keys, then Enter. Text of one line is typed; what has more lines, control
 * characters or length is pasted, in brackets where the program asked for them, so that its line ends submit
 * nothing. Rejects with `usage` for a key that does not exist.
 */
export const typeInput = async (
	paneId: string,
	{text, submit, keys}: PaneInput,
	{run, feed, screen}: InputPorts,
): Promise<void> => {
	const wrong = keys.find(key => !isKeyName(key));
	if (wrong !== undefined) {
		throw new FleetError('usage', `there is no key ${wrong}`, {
			hint: 'such as: Enter, Escape, Up, C-c, F1',
		});
	}

	// A mode of tmux's own would take the keys for itself.
	await run([['copy-mode', '-q', '-t', paneId]]);
	if (text.length > longestTyped || /[\0-\x1f\x7f]/.test(text)) await paste(paneId, text, feed);
	else if (text !== '') await run([['send-keys', '-l', '-t', paneId, '--', text]]);
	if (keys.length > 0) await run([['send-keys', '-t', paneId, '--', ...keys]]);
	if (!submit) return;
	if (text !== '') {
		await untilShown(text, screen);
		await delay(settleMs);
	}

	await run([['send-keys', '-t', paneId, 'Enter']]);
};

/** A program that is busy would read a text and the Enter behind it at once, and take both for a paste. */
const untilShown = async (text: string, screen: InputPorts['screen']): Promise<void> => {
	const tail = lettersOf(text).slice(-tailLength);
	const deadline = performance.now() + patienceMs;
	while (performance.now() < deadline && !lettersOf(await screen()).includes(tail)) await delay(30);
};

/** Without what wrapping and frames put in between. */
const lettersOf = (text: string): string => text.replaceAll(/[^\p{L}\p{N}\p{P}]/gu, '');

const paste = (paneId: string, text: string, feed: InputPorts['feed']): Promise<void> => {
	const name = `fleet-${process.pid}-${buffers++}`;
	// A text that brings its own end of paste would have the rest of it typed.
	const safe = text.replaceAll(/\x1b\[20[01]~/g, '').replaceAll('\0', '');
	return feed(
		['load-buffer', '-b', name, '-', ';', 'paste-buffer', '-p', '-d', '-b', name, '-t', paneId],
		safe,
	);
};
