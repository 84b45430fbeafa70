import {setImmediate as nextTurn} from 'node:timers/promises';

/** React takes its listeners away when it has time. */
const mostTurns = 100;

/**
 * Stops this process reading stdin, which Ink leaves running: what is typed from now on is for whoever
 * has the terminal next, a question's own reader or the shell.
 */
export const releaseStdin = async (stdin: NodeJS.ReadStream): Promise<void> => {
	await nextTurn();
	// Who waits for `readable` cannot be paused.
	for (let turn = 0; turn < mostTurns && stdin.listenerCount('readable') > 0; turn++) {
		await nextTurn();
	}

	stdin.resume();
	stdin.pause();
	await nextTurn();
};
