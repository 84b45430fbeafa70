import type {PatchFile, PatchLine} from '../../handlers/patch.ts';
import type {Mode} from '../console/state.ts';
import {cut, fit} from './cells.ts';
import type {Size} from './layout.ts';
import type {Segment, Style} from './paint.ts';

type DiffMode = Extract<Mode, {kind: 'diff'}>;

const headRows = 2;

const looks: Record<PatchLine['kind'], Style> = {
	add: {colour: 'green'},
	remove: {colour: 'red'},
	hunk: {colour: 'cyan'},
	note: {colour: 'grey'},
	context: {},
};

/** How many rows of the file fit under the two of the head. */
export const diffBodyHeight = ({rows}: Size): number => Math.max(1, rows - 2 - headRows);

/** Which file of how many is shown, and what the whole comes to. */
export const diffHead = (mode: DiffMode, columns: number): Segment[][] => {
	const {files, file, title, isCut} = mode;
	const shown = files?.[file];
	const count = files?.length ?? 0;
	return [
		[[fit(` Diff · ${title}`, columns), {bold: true}]],
		shown === undefined
			? [['']]
			: [
					[` ${file + 1}/${count} `, {colour: 'grey'}],
					[`${shown.status} `, {colour: 'yellow'}],
					[cut(shown.name, Math.max(10, columns - 22 - (isCut ? 32 : 0))), {bold: true}],
					[`  +${shown.added}`, {colour: 'green'}],
					[` −${shown.removed}`, {colour: 'red'}],
					[isCut ? '  (the rest is too long to show)' : '', {colour: 'yellow'}],
				],
	];
};

/** The rows of the file that is open, or why there is none. */
export const diffLines = (
	{files, file, problem, conflict}: Pick<DiffMode, 'files' | 'file' | 'problem' | 'conflict'>,
	columns: number,
): Segment[][] => {
	if (problem !== undefined) return [[[` ${problem}`, {colour: 'yellow'}]]];
	if (files === undefined) return [[[' …', {colour: 'grey'}]]];
	if (files.length === 0) {
		const none = conflict
			? 'Both versions are alike.'
			: 'Nothing has changed since the last commit.';
		return [[[` ${none}`, {colour: 'grey'}]]];
	}

	return rows(files[file]!, columns);
};

const rows = ({lines}: PatchFile, columns: number): Segment[][] =>
	lines.map(({kind, text}): Segment[] => [[cut(` ${text}`, columns), looks[kind]]]);
