import type {Agent} from '../../protocol/agent.ts';
import type {AgentScreen} from '../../protocol/screen.ts';
import type {Preview} from '../console/state.ts';
import {cut, cutColoured, harmless, widthOf, wrap} from './cells.ts';
import type {Rectangle} from './layout.ts';
import type {Paint, Style} from './paint.ts';
import {hasEndedWell} from './state-look.ts';
import {describe} from './what.ts';

const cache = new Map<string, string>();
const cacheSize = 2000;

/** A line is looked at again and again while others of its screen change. */
const cutOnce = (line: string, width: number, isColoured: boolean): string => {
	const key = `${width}${isColoured ? 'c' : 'p'}${line}`;
	let short = cache.get(key);
	if (short === undefined) {
		if (cache.size >= cacheSize) cache.clear();
		short = cutColoured(line, width, isColoured);
		cache.set(key, short);
	}

	return short;
};

/** The head of a preview: whose screen it is; as a rule where it parts the preview from the table. */
export const previewHead = (
	agent: Agent | undefined,
	width: number,
	{paint, isRule, back}: {paint: Paint; isRule: boolean; back: number},
): string => {
	const lead = isRule ? '── ' : '';
	const scrolled = back === 0 ? '' : ` ↑ ${back} lines · Esc `;
	const room = Math.max(0, width - lead.length - widthOf(scrolled));
	const name = agent ? cut(harmless(agent.name), room) : '';
	const rest = agent ? cut(` · ${describe(agent)}`, room - widthOf(name)) : '';
	const tail = isRule ? '─'.repeat(Math.max(0, room - widthOf(name + rest) - 1)) : '';
	return paint([
		[lead, {colour: 'grey'}],
		[name, {bold: true}],
		[rest, {colour: 'grey'}],
		[tail === '' ? '' : ` ${tail}`, {colour: 'grey'}],
		[scrolled, {colour: 'yellow'}],
	]);
};

/**
 * An agent's screen in a rectangle: what its program wrote last is in sight, as in its own terminal, under
 * what is wrong with the program itself.
 */
export const previewLines = (
	agent: Pick<Agent, 'exit' | 'warning'>,
	preview: Preview,
	{width, height}: Rectangle,
	{isStale, hasColour, paint}: {isStale: boolean; hasColour: boolean; paint: Paint},
): string[] => {
	const {screen, problem} = preview;
	const say = (text: string, style: Style): string[] =>
		wrap(harmless(text), width).map(line => paint([[line, style]]));
	if (!screen) {
		if (problem === undefined) return [];
		// One that never had a terminal says why; any other end has its last screen.
		return agent.exit?.message
			? say(agent.exit.message, hasEndedWell(agent) ? {colour: 'grey'} : {colour: 'red'})
			: say(`no screen: ${problem}`, {colour: 'grey'});
	}

	const above = agent.warning ? say(`⚠ ${agent.warning}`, {colour: 'yellow'}).slice(0, height) : [];
	const room = height - above.length;
	const lines = shownLines(screen);
	const end = Math.max(Math.min(room, lines.length), lines.length - preview.back);
	const below = lines.slice(Math.max(0, end - room), end).map(line => {
		const short = cutOnce(line, width, hasColour && !isStale);
		return isStale ? paint([[short, {dim: true}]]) : short;
	});
	return [...above, ...below];
};

/** The lines of a screen without the blank ones below what it shows. */
export const shownLines = ({lines, rows, cursor}: AgentScreen): readonly string[] => {
	// Lines that have left the screen stand above it; the cursor counts from its own top.
	const above = Math.max(0, lines.length - rows);
	const cursorLine = cursor?.visible ? above + cursor.y : -1;
	let last = lines.length;
	while (last > cursorLine + 1 && isBlank(lines[last - 1]!)) last--;
	return lines.slice(0, last);
};

const isBlank = (line: string): boolean => /^(?:\s|\u001B\[[0-9;:]*m)*$/.test(line);
