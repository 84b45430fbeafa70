import {once} from 'node:events';
import process from 'node:process';

/**
 * Stops this program as the shell's Ctrl-Z does, its whole job with it; resolves when it goes on.
 * The terminal must have been given back before.
 */
export const pauseProcess = async (): Promise<void> => {
	const back = once(process, 'SIGCONT');
	// Nothing else may keep the loop alive while the terminal is not ours.
	const alive = setInterval(() => {}, 1e6);
	process.kill(0, 'SIGTSTP');
	await back;
	clearInterval(alive);
};
