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
