import {readdirSync, readFileSync} from 'node:fs';
import {constants} from 'node:os';

export type ProcessStat = {
	pid: number;
	name: string;
	/** One letter of proc(5): `Z` is a zombie, `T` is stopped. */
	state: string;
	parent: number;
	session: number;
	/** The process group in the foreground of its terminal; -1 without one. */
	foreground: number;
	/** Clock ticks since boot: tells a process from a later one with its pid. */
	startedAt: string;
};

/** What the kernel says of a process (proc(5), `/proc/PID/stat`); null when there is none. */
export const processStat = (pid: number): ProcessStat | null => {
	let text: string;
	try {
		text = readFileSync(`/proc/${pid}/stat`, 'latin1');
	} catch {
		return null;
	}

	// The name stands in brackets, and may hold some itself.
	const close = text.lastIndexOf(')');
	const fields = text.slice(close + 2).split(' ');
	return {
		pid,
		name: text.slice(text.indexOf('(') + 1, close),
		state: fields[0] ?? '',
		parent: Number(fields[1]),
		session: Number(fields[3]),
		foreground: Number(fields[5]),
		startedAt: fields[19] ?? '',
	};
};

/** Every process there is, as far as this user may see. */
export const processes = (): ProcessStat[] =>
	readdirSync('/proc')
		.filter(name => /^\d+$/.test(name))
		.map(name => processStat(Number(name)))
		.filter(stat => stat !== null);

/** The words that a process was started with; empty when it is gone or a kernel thread. */
export const processArguments = (pid: number): string[] => {
	try {
		return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
	} catch {
		return [];
	}
};

/** Sends a signal; false when the process is gone or not ours. */
export const sendSignal = (pid: number, signal: NodeJS.Signals): boolean => {
	try {
		process.kill(pid, signal);
		return true;
	} catch {
		return false;
	}
};

/** Whether a process lets a signal pass (proc(5), `SigIgn`). */
export const ignoresSignal = (pid: number, signal: NodeJS.Signals): boolean => {
	try {
		const mask = /^SigIgn:\s*([0-9a-f]+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
		return ((BigInt(`0x${mask}`) >> BigInt(constants.signals[signal] - 1)) & 1n) === 1n;
	} catch {
		return false;
	}
};
