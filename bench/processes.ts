import {readFileSync} from 'node:fs';
import {execFileSync} from 'node:child_process';

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], {encoding: 'utf8'}));

/** Processor seconds (user and system) that a process has used; Linux, proc(5). */
export const processorSeconds = (pid: number): number => {
	const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
	const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
	return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
};

/** Resident memory in MB, and the most that it ever was. */
export const memory = (pid: number): {now: number; peak: number} => {
	const status = readFileSync(`/proc/${pid}/status`, 'utf8');
	const field = (name: string): number =>
		Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? Number.NaN) / 1000;
	return {now: field('VmRSS'), peak: field('VmHWM')};
};

/** Share of one core (in %) that a process used over the time given. */
export const processorShare = async (pid: number, seconds: number): Promise<number> => {
	const before = processorSeconds(pid);
	const start = performance.now();
	await new Promise(resolve => setTimeout(resolve, seconds * 1000));
	return ((processorSeconds(pid) - before) / ((performance.now() - start) / 1000)) * 100;
};
