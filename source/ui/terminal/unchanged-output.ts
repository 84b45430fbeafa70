import {spawnSync} from 'node:child_process';

const deadlineMs = 2000;

/**
 * Has the terminal driver pass output on as it is. Node's raw mode leaves it to turn each line feed into a new line (libuv
 * sets ONLCR), but to a program that means one line down in the same column. Undone by leaving raw mode.
 */
export const unchangedOutput = (stdin: NodeJS.ReadStream & {fd?: number}): void => {
	const {fd} = stdin;
	// Node has no call for it; `stty` is part of every system that has terminals.
	if (fd !== undefined) {
		spawnSync('stty', ['-opost'], {stdio: [fd, 'ignore', 'ignore'], timeout: deadlineMs});
	}
};
