import {readFile, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {programs} from './programs.ts';
import type {Transition} from './script.ts';

const page = path.resolve(import.meta.dirname, '../../docs/agents.md');
const begin = '<!-- made by npm run test:agents -- --record -->';
const end = '<!-- end -->';

/** Writes what the run saw into the page: transition × agent → source, delay. */
export const writeTable = async (
	results: ReadonlyMap<string, readonly Transition[]>,
): Promise<void> => {
	const ran = programs.filter(({kind}) => results.has(kind));
	const names = [...new Set([...results.values()].flat().map(({name}) => name))];
	const cell = (kind: string, name: string): string => {
		const found = results.get(kind)?.find(transition => transition.name === name);
		if (!found) return '–';
		if (found.problem) return '**wrong**';
		if (found.toldMs === null) return found.source || 'yes';
		const whole = found.delayMs === null ? '' : ` of ${found.delayMs}`;
		return `${found.source} ${found.toldMs}${whole}`;
	};
	const table = [
		`| | ${ran.map(({kind, version}) => `${kind} ${version}`).join(' | ')} |`,
		`| --- | ${ran.map(() => '---').join(' | ')} |`,
		...names.map(name => `| ${name} | ${ran.map(({kind}) => cell(kind, name)).join(' | ')} |`),
	];
	const text = await readFile(page, 'utf8');
	const from = text.indexOf(begin);
	const to = text.indexOf(end);
	if (from < 0 || to < 0) throw new Error(`${page} has no place for the table`);
	await writeFile(
		page,
		`${text.slice(0, from)}${begin}\n\n${table.join('\n')}\n\n${text.slice(to)}`,
	);
};
