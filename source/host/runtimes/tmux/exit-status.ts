import {constants} from 'node:os';

const names = new Map(
	Object.entries(constants.signals).map(([name, number]) => [number as number, name]),
);

/** A shell's `$?` as code or signal: 128 + n says that signal n ended it (POSIX, "Exit Status for Commands"). */
export const exitStatus = (status: number): {code: number | null; signal: string | null} => {
	const signal = names.get(status - 128);
	return signal === undefined ? {code: status, signal: null} : {code: null, signal};
};
