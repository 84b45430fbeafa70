import {closeSync, fstatSync, openSync, writeSync} from 'node:fs';
import {nativePath, type BytePath} from '../path.ts';

/**
 * The time by the clock that stamps this file system's files, in milliseconds: a network file
 * system's is another machine's. `probe` is a file to touch. Costs one write; then it runs on its own.
 */
export const fileClock = (probe: BytePath): (() => number) => {
	const handle = openSync(nativePath(probe), 'w');
	try {
		writeSync(handle, '.');
		const started = performance.now();
		const stamp = fstatSync(handle).mtimeMs;
		return () => stamp + (performance.now() - started);
	} finally {
		closeSync(handle);
	}
};
