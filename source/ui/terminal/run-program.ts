import {spawn} from 'node:child_process';
import {setImmediate as nextTurn} from 'node:timers/promises';

/**
 * Runs a program on this terminal until it ends; yields its exit code, null when a signal ended it.
 * Rejects when it cannot be started. The screen must have been given up before.
 */
export const runProgram = async (
	stdin: NodeJS.ReadStream,
	{argv, cwd}: {argv: readonly string[]; cwd?: string},
): Promise<number | null> => {
	await releaseStdin(stdin);
	const [file = '', ...args] = argv;
	const child = spawn(file, args, {cwd, stdio: 'inherit'});
	return new Promise((resolve, reject) => {
		child.once('error', reject);
		child.once('exit', resolve);
	});
};

/**
 * Stops this process reading the terminal, which goes on although Ink has let go of it: the program
 * would lose every other key.
 */
const releaseStdin = async (stdin: NodeJS.ReadStream): Promise<void> => {
	await nextTurn();
	stdin.resume();
	stdin.pause();
	await nextTurn();
};
