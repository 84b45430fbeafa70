import {readFile, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {programs, type Program} from './programs.ts';
import type {Transition} from './script.ts';

const page = path.resolve(import.meta.dirname, '../../docs/agents.md');
const begin = '<!-- made by npm run test:agents -- --record -->';
const end = '<!-- end -->';

/** Writes what the run saw into the page: transition × agent → source, delay. Who did not run keeps his column. */
export const writeTable = async (
	results: ReadonlyMap<string, readonly Transition[]>,
): Promise<void> => {
	const text = await readFile(page, 'utf8');
	const from = text.indexOf(begin);
	const to = text.indexOf(end);
	if (from < 0 || to < 0) throw new Error(`${page} has no place for the table`);
	const kept = readTable(text.slice(from + begin.length, to));
	const shown = programs.filter(({kind}) => results.has(kind) || kept.columns.has(kind));
	const cell = (kind: string, name: string): string => {
		if (!results.has(kind)) return kept.columns.get(kind)?.cells.get(name) ?? '–';
		const found = results.get(kind)?.find(transition => transition.name === name);
		if (!found) return '–';
		if (found.problem) return '**wrong**';
		if (found.toldMs === null) return found.source || 'yes';
		const whole = found.delayMs === null ? '' : ` of ${found.delayMs}`;
		return `${found.source} ${found.toldMs}${whole}`;
	};
	const heading = ({kind, version}: Program): string =>
		results.has(kind) ? `${kind} ${version}` : (kept.columns.get(kind)?.heading ?? kind);
	const names = [
		...new Set([...kept.names, ...[...results.values()].flat().map(({name}) => name)]),
	];
	const table = [
		`| | ${shown.map(heading).join(' | ')} |`,
		`| --- | ${shown.map(() => '---').join(' | ')} |`,
		...names.map(name => `| ${name} | ${shown.map(({kind}) => cell(kind, name)).join(' | ')} |`),
	];
	await writeFile(
		page,
		`${text.slice(0, from)}${begin}\n\n${table.join('\n')}\n\n${text.slice(to)}`,
	);
};

type Column = {heading: string; cells: Map<string, string>};

/** The table as it stands: the rows' names, and each agent's column under its kind. */
function readTable(text: string): {names: string[]; columns: Map<string, Column>} {
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
}
