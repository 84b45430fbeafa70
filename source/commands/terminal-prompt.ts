import {closeSync, openSync, writeSync} from 'node:fs';
import tty from 'node:tty';
import {FleetError} from '../errors.ts';
import type {Prompt, Question} from '../transport/prompt.ts';
import {LineInput} from './line-input.ts';

/**
 * Asks at the terminal of this process, as ssh does, whatever stdin and stdout are connected to.
 * Undefined where there is none. Once `stdin` is in raw mode the terminal belongs to the console
 * or to an attached agent, and every question goes unanswered.
 */
export const terminalPrompt = (stdin: {isRaw?: boolean}): Prompt | undefined => {
	if (!hasTerminal()) return undefined;
	let turn: Promise<unknown> = Promise.resolve();
	return (question, signal) => {
		const asked = turn.then(async () =>
			stdin.isRaw === true || signal.aborted ? null : ask(question, signal),
		);
		// Two connections may ask at once; a terminal shows one question after the other.
		turn = asked.catch(() => {});
		return asked;
	};
};

const hasTerminal = (): boolean => {
	try {
		closeSync(openSync('/dev/tty', 'r+'));
		return true;
	} catch {
		return false;
	}
};

const ask = async ({message, echo}: Question, signal: AbortSignal): Promise<string | null> => {
	const fd = openSync('/dev/tty', 'r+');
	const input = new tty.ReadStream(fd);
	const line = new LineInput();
	try {
		input.setRawMode(true);
		writeSync(fd, message);
		return await new Promise<string | null>((resolve, reject) => {
			signal.addEventListener('abort', () => resolve(null), {once: true});
			input.on('error', reject).on('end', () => resolve(null));
			input.on('data', data => {
				const result = line.feed(data.toString());
				if (echo) writeSync(fd, line.takeEcho());
				if (result === 'interrupted') reject(new FleetError('interrupted', 'interrupted'));
				else if (result === 'ended') resolve(null);
				else if (result === 'complete') resolve(line.text);
			});
		});
	} finally {
		writeSync(fd, '\n');
		input.setRawMode(false);
		input.destroy();
	}
};
