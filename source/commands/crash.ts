import {writeSync} from 'node:fs';
import {inspect} from 'node:util';
import {redactSecrets} from '../credentials/secret.ts';
import {inOriginalFiles} from '../original-files.ts';
import {version} from '../protocol/version.ts';
import {exitSoon} from './leave.ts';

/** An error with all that led to it, for whoever mends it; secrets are left out of every part. */
export const traceOf = (error: unknown): string =>
	redactSecrets(inOriginalFiles(inspect(error, {depth: 5})));

/**
 * What is said of an error that nothing expected, in place of Node's own words, which would show the whole of it
 * and a line of the program. Whoever else listens for such errors decides alone. Returns the end of it.
 */
export const reportCrashes = (): (() => void) => {
	const names = ['uncaughtException', 'unhandledRejection'] as const;
	let isOver = false;
	const crash = (error: unknown) => {
		// What follows from the first one says nothing new.
		if (isOver || names.some(name => process.listenerCount(name) > 1)) return;
		isOver = true;
		// Told at the very end: only then has the terminal its own screen again.
		process.on('exit', () => tell(error));
		exitSoon(1);
	};
	for (const name of names) process.on(name, crash);
	return () => {
		// While it ends it listens on, or the next error would end it in Node's own way.
		if (isOver) return;
		for (const name of names) process.off(name, crash);
	};
};

const tell = (error: unknown): void => {
	try {
		writeSync(2, `console: this is a bug in fleet-console ${version}\n${traceOf(error)}\n`);
	} catch {
		// Nobody reads it.
	}
};
