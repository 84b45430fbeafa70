import {execFile} from 'node:child_process';
import {promisify} from 'node:util';

const run = promisify(execFile);

/** The pids whose parent is `pid` and, when given, whose program is called `name`. */
export const childrenOf = async (pid: number, name?: string): Promise<number[]> => {
	const {stdout} = await run('ps', ['-A', '-o', 'pid=,ppid=,comm=']);
	return stdout.split('\n').flatMap(line => {
		const [child, parent, program] = line.trim().split(/\s+/, 3);
		return Number(parent) === pid && (!name || program === name) ? [Number(child)] : [];
	});
};

/** The pids of all programs that are called so. */
export const processesOf = async (name: string): Promise<number[]> => {
	const {stdout} = await run('ps', ['-A', '-o', 'pid=,comm=']);
	return stdout.split('\n').flatMap(line => {
		const [pid, program] = line.trim().split(/\s+/, 2);
		return program === name ? [Number(pid)] : [];
	});
};

/** Its parent, that one's parent, and so on; empty where it is gone. */
export const ancestorsOf = async (pid: number): Promise<number[]> => {
	const {stdout} = await run('ps', ['-A', '-o', 'pid=,ppid=']);
	const parents = new Map(
		stdout.split('\n').map(line => line.trim().split(/\s+/, 2).map(Number) as [number, number]),
	);
	const above: number[] = [];
	for (let at = parents.get(pid); at; at = parents.get(at)) above.push(at);
	return above;
};
