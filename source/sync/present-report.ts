import type {CycleReport, HaltReason, Moved} from './engine/report.ts';
import {shownPath} from './path.ts';
import {plainText} from '../protocol/text.ts';
import type {Operation, Side} from './plan/operation.ts';

const sides: Record<Side, string> = {local: 'this side', remote: 'the host'};
const named = (path: string): string => plainText(shownPath(path), 300);

export const bytesText = (bytes: number): string => {
	if (bytes < 1000) return `${bytes} B`;
	const units = ['kB', 'MB', 'GB', 'TB'];
	let value = bytes;
	let unit = -1;
	while (value >= 1000 && unit < units.length - 1) {
		value /= 1000;
		unit++;
	}

	return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
};

const counted = (count: number, word: string, many = `${word}s`): string =>
	`${count} ${count === 1 ? word : many}`;

/** Why a rule stands still, and what a person can do. */
export const haltText = (reason: HaltReason): string => {
	switch (reason.kind) {
		case 'root-missing':
			return `the folder is missing on ${sides[reason.side]}: ${named(reason.root)}`;
		case 'root-not-a-folder':
			return `${named(reason.root)} on ${sides[reason.side]} is not a folder`;
		case 'roots-overlap':
			return `${named(reason.root)} on ${sides[reason.side]} and ${plainText(reason.other, 300)}, the root of another rule, are not apart: a link leads from one to the other`;
		case 'root-replaced':
			return `another folder stands at ${named(reason.root)} on ${sides[reason.side]} than was synced before`;
		case 'root-emptied':
			return `everything is gone on ${sides[reason.side]}`;
		case 'deletions':
			return `${counted(reason.count, 'deletion')} would be made on ${sides[reason.side]}, more than ${reason.limit} (of ${counted(reason.files, 'file')})`;
		case 'disk-full':
			return `the disk is full on ${sides[reason.side]}`;
	}
};

export const isAskedFor = ({kind}: HaltReason): boolean =>
	kind === 'deletions' ||
	kind === 'root-emptied' ||
	kind === 'root-replaced' ||
	kind === 'root-missing';

const word = (text: string): string =>
	/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** The command by which a person lets a halted rule go on. */
export const goOnCommand = (remote: string, local: string): string =>
	`console --remote ${word(remote)} sync --rule ${word(local)} --allow-delete`;

/** What a person can do about a halt: what letting it go on means, or what must be mended first. */
export const haltAdvice = ({kind}: HaltReason): string => {
	switch (kind) {
		case 'deletions':
		case 'root-emptied':
			return 'go on: what is deleted goes to the trash';
		case 'root-missing':
			return 'go on: the folder is made anew';
		case 'root-replaced':
			return 'go on with this folder: what differs is merged';
		case 'roots-overlap':
			return 'give each rule a root of its own; sync goes on by itself';
		case 'root-not-a-folder':
			return 'move it out of the way; sync goes on by itself';
		case 'disk-full':
			return 'make room; sync goes on by itself';
	}
};

const movedText = (moved: Moved, arrow: string): string[] => {
	const parts: string[] = [];
	if (moved.files > 0) parts.push(`${counted(moved.files, 'file')} ${bytesText(moved.bytes)}`);
	if (moved.deleted > 0) parts.push(`${moved.deleted} deleted`);
	if (moved.other > 0 && parts.length === 0) parts.push(counted(moved.other, 'change'));
	return parts.length === 0 ? [] : [`${arrow} ${parts.join(', ')}`];
};

/** One line of what was done: `→ 3 files 12 kB · ← 1 file 4 kB · 1 conflict`. */
export const reportLine = (report: CycleReport): string => {
	const parts = [...movedText(report.moved.remote, '→'), ...movedText(report.moved.local, '←')];
	if (report.conflicts.length > 0) parts.push(counted(report.conflicts.length, 'conflict'));
	if (report.drift.length > 0) parts.push(`${report.drift.length} drifted`);
	if (report.blocked.length > 0) parts.push(`${report.blocked.length} left alone`);
	if (report.failed.length > 0) parts.push(`${report.failed.length} failed`);
	if (report.halted !== undefined) parts.push(`halted: ${haltText(report.halted)}`);
	return parts.length === 0 ? 'in step' : parts.join(' · ');
};

const most = 20;

/** A line for each thing that a person may want to know of, bounded. */
export const reportDetails = (report: CycleReport): string[] => {
	const lines = [
		...report.conflicts.map(({path, copy}) =>
			copy === path
				? `conflict: ${named(path)} changed while it was replaced`
				: `conflict: ${named(path)}, the other version is ${named(copy)}`,
		),
		...report.drift.map(({path, change, copy}) =>
			copy === undefined
				? `drift: the host ${change} ${named(path)}`
				: `drift: the host ${change} ${named(path)}, its version is now ${named(copy)}`,
		),
		...report.blocked.map(({path, reason}) => `left alone: ${named(path)}: ${plainText(reason)}`),
		...report.failed.map(
			({side, path, code}) => `failed on ${sides[side]}: ${named(path)}: ${plainText(code)}`,
		),
		...[...new Set(report.secrets)].map(path => `not synced, it holds credentials: ${named(path)}`),
		...[...new Set(report.busy)].map(path => `waits for a lock: ${named(path)}`),
		...restless(report).map(path => `still changing, the next sync goes on: ${named(path)}`),
	];
	return lines.length > most
		? [...lines.slice(0, most), `… and ${lines.length - most} more`]
		: lines;
};

/** Folders in which something moved under every look. */
const restless = ({again, halted}: CycleReport): string[] =>
	halted === undefined
		? [...new Set([...again.local, ...again.remote])].map(path => (path === '' ? '.' : path))
		: [];

const verbs: Record<Operation['kind'], string> = {
	aside: 'rename',
	remove: 'delete',
	rmdir: 'delete',
	mkdir: 'make',
	put: 'copy',
	mode: 'mode',
};

/** What a dry run would do, a line a step: `→ copy src/a.ts`. */
export const planLines = (report: CycleReport): string[] =>
	(['remote', 'local'] as const).flatMap(side =>
		report.plan[side].map(operation => {
			const folder = operation.kind === 'mkdir' || operation.kind === 'rmdir' ? '/' : '';
			const copy =
				operation.kind === 'aside'
					? ` to ${named(operation.to)}`
					: operation.kind === 'put' && operation.copy !== undefined
						? ` (what is there becomes ${named(operation.copy)})`
						: '';
			return `${side === 'remote' ? '→' : '←'} ${verbs[operation.kind]} ${named(operation.path)}${folder}${copy}`;
		}),
	);

/** The report as JSON has it. */
export const reportJson = (report: CycleReport): object => ({
	toRemote: report.moved.remote,
	toLocal: report.moved.local,
	conflicts: report.conflicts.map(({path, copy, keeps}) => ({
		path: shownPath(path),
		copy: shownPath(copy),
		keeps,
	})),
	drift: report.drift.map(({path, change, copy}) => ({
		path: shownPath(path),
		change,
		copy: copy === undefined ? null : shownPath(copy),
	})),
	blocked: report.blocked.map(({path, reason}) => ({path: shownPath(path), reason})),
	failed: report.failed.map(({side, path, code}) => ({side, path: shownPath(path), code})),
	held: report.held.map(({side, path, error, retryAt}) => ({
		side,
		path: path === undefined ? null : shownPath(path),
		message: error.message,
		retryAt: new Date(retryAt).toISOString(),
	})),
	secrets: [...new Set(report.secrets)].map(shownPath),
	halted:
		report.halted === undefined
			? null
			: {reason: report.halted.kind, message: haltText(report.halted)},
});
