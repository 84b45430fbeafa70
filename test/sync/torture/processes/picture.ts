import {execFile} from 'node:child_process';
import {readFile} from 'node:fs/promises';
import {promisify} from 'node:util';

const tailLines = 400;
const logLines = 40;

const tail = (text: string, lines: number): string =>
	text.trimEnd().split('\n').slice(-lines).join('\n');

/**
 * All that tells why nothing moves: what the laptop's program did (its own trace), which processes
 * stand where beneath the given ones, and what the host's programs wrote.
 */
export const picture = async ({
	said,
	roots,
	logs,
}: {
	said: string;
	/** Whole process trees: pids, or a part of the command line. */
	roots: ReadonlyArray<number | string>;
	logs: readonly string[];
}): Promise<string> => {
	const parts = [`the laptop’s program:\n${tail(said, tailLines)}`, await processTrees(roots)];
	for (const file of logs) {
		const text = await readFile(file, 'utf8').catch(() => '');
		parts.push(`${file}:\n${tail(text, logLines)}`);
	}

	return parts.join('\n\n');
};

async function processTrees(roots: ReadonlyArray<number | string>): Promise<string> {
	const format = 'pid=,ppid=,stat=,etimes=,wchan:24=,args=';
	const {stdout} = await promisify(execFile)('ps', ['-A', '-ww', '-o', format]);
	const rows = stdout.split('\n').flatMap(line => {
		const [pid, parent] = line.trim().split(/\s+/, 2).map(Number);
		return pid && parent !== undefined ? [{pid, parent, line}] : [];
	});
	const isRoot = ({pid, line}: {pid: number; line: string}) =>
		roots.some(root => (typeof root === 'number' ? root === pid : line.includes(root)));
	const found = new Set(rows.filter(isRoot).map(({pid}) => pid));
	for (let before = -1; before !== found.size;) {
		before = found.size;
		for (const {pid, parent} of rows) if (found.has(parent)) found.add(pid);
	}

	const lines = rows.filter(({pid}) => found.has(pid)).map(({line}) => line.slice(0, 300));
	return ['pid, parent, state, seconds, waits in, program:', ...lines].join('\n');
}
