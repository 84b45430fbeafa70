import {readFile, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {programs} from './programs.ts';
import type {Transition} from './witness.ts';

const page = path.resolve(import.meta.dirname, '../../docs/agents.md');
const end = '<!-- end -->';
const agentsMark = '<!-- agents: made by npm run test:agents -- --record -->';
const genericMark = '<!-- generic: made by npm run test:agents -- --record -->';
const figuresMark = '<!-- figures: made by npm run test:agents -- --record -->';

/** Writes what the run saw into the page: transition × agent → source, delay. Who did not run keeps his column. */
export const writeTable = async (
	results: ReadonlyMap<string, readonly Transition[]>,
): Promise<void> => {
	const versions = new Map(programs.map(({kind, version}) => [kind, version]));
	const isGeneric = (label: string) => !versions.has(label);
	const headings = [...versions].map(([kind, version]) => `${kind} ${version}`);
	await replace(agentsMark, text => tableOf(text, headings, results));
	await replace(genericMark, text => tableOf(text, [...results.keys()].filter(isGeneric), results));
};

export const writeFigures = (lines: readonly string[]): Promise<void> =>
	replace(figuresMark, () => lines.join('\n'));

/** Puts something else between a mark of the page and its end. */
const replace = async (mark: string, change: (text: string) => string): Promise<void> => {
	const text = await readFile(page, 'utf8');
	const from = text.indexOf(mark);
	const to = text.indexOf(end, from);
	if (from < 0 || to < 0) throw new Error(`${page} has no place for ${mark}`);
	const body = change(text.slice(from + mark.length, to));
	await writeFile(page, `${text.slice(0, from)}${mark}\n\n${body}\n\n${text.slice(to)}`);
};

/** The columns are named by the first word of their heading. */
const tableOf = (
	before: string,
	headings: readonly string[],
	results: ReadonlyMap<string, readonly Transition[]>,
): string => {
	const kept = readTable(before);
	const keyOf = (heading: string): string => heading.split(' ')[0] ?? '';
	const shown = (headings.length > 0 ? headings : [...kept.columns.values()].map(c => c.heading))
		.map(heading => {
			const key = keyOf(heading);
			return {
				key,
				heading: results.has(key) ? heading : (kept.columns.get(key)?.heading ?? heading),
			};
		})
		.filter(({key}) => results.has(key) || kept.columns.has(key));
	const ran = shown.flatMap(({key}) => results.get(key) ?? []);
	const names = [...new Set([...ran.map(({name}) => name), ...kept.names])];
	const cell = (key: string, name: string): string => {
		const found = results.get(key)?.find(transition => transition.name === name);
		if (found) return cellOf(found);
		return results.has(key) ? '–' : (kept.columns.get(key)?.cells.get(name) ?? '–');
	};
	const rows = names
		.map(name => [name, ...shown.map(({key}) => cell(key, name))])
		.filter(cells => cells.slice(1).some(text => text !== '–'));
	return [['', ...shown.map(({heading}) => heading)], ['', ...shown].map(() => '---'), ...rows]
		.map(cells => `| ${cells.join(' | ')} |`)
		.join('\n');
};

const cellOf = ({problem, source, toldMs, delayMs}: Transition): string => {
	if (problem !== null) return '**wrong**';
	if (toldMs === null) return source || 'yes';
	return `${source} ${toldMs}${delayMs === null ? '' : ` of ${delayMs}`}`.trim();
};

type Column = {heading: string; cells: Map<string, string>};

/** The table as it stands: the rows' names, and each agent's column under its kind. */
const readTable = (text: string): {names: string[]; columns: Map<string, Column>} => {
	const rows = text
		.split('\n')
		.filter(line => line.startsWith('|'))
		.map(line =>
			line
				.split('|')
				.slice(1, -1)
				.map(cell => cell.trim()),
		);
	const [head = [], , ...body] = rows;
	const columns = new Map(
		head.slice(1).map((heading, index) => {
			const cells = body.map(row => [row[0] ?? '', row[index + 1] ?? '–'] as const);
			return [heading.split(' ')[0] ?? '', {heading, cells: new Map(cells)}] as const;
		}),
	);
	return {names: body.map(([name = '']) => name), columns};
};
