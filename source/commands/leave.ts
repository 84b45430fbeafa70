import v8 from 'node:v8';
import {keepCode} from '../kept-code.ts';

/** What is being compiled when a command ends takes a few milliseconds. */
const compiledMs = 8;

let isLost = false;

/** Tells that not all of what was printed could be written: nothing that ends from now on ended well. */
export const outputLost = (): void => {
	isLost = true;
};

/**
 * Ends the program soon, whatever is still open. Node waits for its compiling threads at exit, and one of them may
 * wait for a garbage collection that only the main thread can do (nodejs/node#54918): it would
 * hang for ever. So nothing new is compiled, and what is under way ends while the loop still turns.
 */
export const exitSoon = (code: number): void => {
	process.exitCode = code;
	// One that failed ran little of what the next will; one that a signal ended did its work till then.
	if (code === 0 || code > 128) keepCode();
	for (const tier of ['--no-sparkplug', '--no-maglev', '--no-turbofan']) {
		v8.setFlagsFromString(tier);
	}

	setTimeout(() => process.exit(code === 0 && isLost ? 1 : code), compiledMs);
};

/** The same when all that was printed has left. */
export const leave = (code: number): void => {
	process.exitCode = code;
	process.stdout.write('', () => exitSoon(code));
};
