import {readdirSync, readFileSync, readlinkSync} from 'node:fs';
import type {ProcessView} from '../agents/kind.ts';
import {processes, processStat} from './processes.ts';

const listFolder = (folder: string): string[] => {
	try {
		return readdirSync(folder);
	} catch {
		return [];
	}
};

const readText = (file: string): string => {
	try {
		return readFileSync(file, 'utf8');
	} catch {
		return '';
	}
};

/** What proc(5) tells of this user's processes; nothing where there is no such file system. */
export const processView: ProcessView = {
	family(pid) {
		const family = [pid];
		for (const member of family) {
			for (const child of childrenOf(member)) if (!family.includes(child)) family.push(child);
			if (family.length > 500) break;
		}

		return family;
	},
	startedAt: pid => processStat(pid)?.startedAt ?? null,
	openFiles: pid => links(pid).filter(target => target.startsWith('/')),
	environment: pid =>
		Object.fromEntries(
			readText(`/proc/${pid}/environ`)
				.split('\0')
				.filter(entry => entry.includes('='))
				.map(entry => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
		),
	listeningPorts(pid) {
		const inodes = new Set(
			links(pid).flatMap(target => /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? []),
		);
		return ['tcp', 'tcp6'].flatMap(table => listening(pid, table, inodes));
	},
};

/** Every thread has children of its own; a kernel without that list is asked for all processes. */
const childrenOf = (pid: number): number[] => {
	const threads = listFolder(`/proc/${pid}/task`);
	const lists = threads.map(thread => readText(`/proc/${pid}/task/${thread}/children`));
	const children = lists.join(' ').split(/\s+/).filter(Boolean).map(Number);
	if (children.length > 0 || threads.length === 0 || hasChildLists()) return children;
	return processes()
		.filter(({parent}) => parent === pid)
		.map(process => process.pid);
};

let childLists: boolean | undefined;
const hasChildLists = (): boolean =>
	(childLists ??= listFolder('/proc/self/task/').some(thread =>
		listFolder(`/proc/self/task/${thread}`).includes('children'),
	));

const links = (pid: number): string[] =>
	listFolder(`/proc/${pid}/fd`).flatMap(name => {
		try {
			return [readlinkSync(`/proc/${pid}/fd/${name}`)];
		} catch {
			return [];
		}
	});

// `sl local_address rem_address st … inode`: addresses are HEX:PORT, 0A is LISTEN.
const listening = (pid: number, table: string, inodes: ReadonlySet<string>): number[] =>
	readText(`/proc/${pid}/net/${table}`)
		.split('\n')
		.slice(1)
		.flatMap(line => {
			const columns = line.trim().split(/\s+/);
			const port = Number.parseInt(columns[1]?.split(':')[1] ?? '', 16);
			return columns[3] === '0A' && inodes.has(columns[9] ?? '') ? [port] : [];
		});
