import {readFileSync, readlinkSync} from 'node:fs';
import {processStat} from './processes.ts';

const ordinary = 1024;

/**
 * The soft limit of open files that a plain shell here has. Node raises its own to the hard one and every child would
 * inherit that, so it is read from the nearest ancestor that is no Node; without one it is the kernel's
 * default. Null when this system does not tell.
 */
export const plainFileLimit = (pid = process.pid): number | null => {
	const hard = limits(pid)?.hard;
	if (hard === undefined) return null;
	for (let at = processStat(pid)?.parent ?? 0; at > 1; at = processStat(at)?.parent ?? 0) {
		const found = limits(at);
		if (found !== null && !isNode(at)) return Math.min(found.soft, hard);
	}

	return Math.min(ordinary, hard);
};

const limits = (pid: number): {soft: number; hard: number} | null => {
	try {
		const match = /^Max open files\s+(\w+)\s+(\w+)/m.exec(
			readFileSync(`/proc/${pid}/limits`, 'utf8'),
		);
		if (match === null) return null;
		const number = (text = '') => (text === 'unlimited' ? Infinity : Number(text));
		return {soft: number(match[1]), hard: number(match[2])};
	} catch {
		return null;
	}
};

const isNode = (pid: number): boolean => {
	try {
		return readlinkSync(`/proc/${pid}/exe`) === readlinkSync('/proc/self/exe');
	} catch {
		return true;
	}
};
