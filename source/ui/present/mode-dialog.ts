import {paletteEntries} from '../console/palette.ts';
import {placeholderOf} from '../console/press-launch.ts';
import {situationOf, type ConsoleState, type Mode} from '../console/state.ts';
import {keyLabel} from '../keys/key-label.ts';
import {fit, fitRight, harmless, wrap, wrapAtMost} from './cells.ts';
import {dialog} from './dialog.ts';
import {editorLine, editorLines} from './editor-lines.ts';
import {hintLine, modeHints} from './footer.ts';
import type {Segment} from './paint.ts';
import {shortFolder} from './what.ts';

type Of<K extends Mode['kind']> = Extract<Mode, {kind: K}>;

export type DialogView = {lines: Segment[][]; top: number; left: number; width: number};

/** The window that is open over the fleet, if one is, and where it stands. */
export const modeDialog = (state: ConsoleState): DialogView | undefined => {
	const {columns, rows} = state.layout.size;
	const wanted = state.mode.kind === 'palette' ? 76 : Math.round(columns * 0.6);
	const width = Math.min(columns, Math.max(38, Math.min(76, wanted)));
	const inner = width - 4;
	const room = Math.max(1, rows - 4);
	const content = contentOf(state, inner, room);
	if (!content) return undefined;
	const hints = hintLine(modeHints(state), inner + 1).slice(1);
	const body = content.lines.slice(0, Math.max(1, room - 2));
	const colour = content.kind === 'confirm' ? 'red' : 'cyan';
	const framed = dialog(content.title, [...body, [['']], hints], width, colour);
	const top = content.kind === 'palette' ? 1 : Math.floor((rows - framed.length) / 2);
	return {lines: framed, top: Math.max(0, top), left: Math.floor((columns - width) / 2), width};
};

type Content = {kind: Mode['kind']; title: string; lines: Segment[][]};

const contentOf = (state: ConsoleState, width: number, room: number): Content | undefined => {
	const {mode} = state;
	switch (mode.kind) {
		case 'confirm':
			return {kind: 'confirm', ...confirmation(mode, width)};
		case 'answer':
			return {
				kind: 'answer',
				title: `${harmless(mode.agent.name)} asks`,
				lines: question(mode, width, Math.max(1, room - 2)),
			};
		case 'prompt':
			return {
				kind: 'prompt',
				title: `Prompt for ${nameOf(mode.agents)}`,
				lines: editorLines(mode.editor, width, Math.max(1, Math.min(8, room - 4))),
			};
		case 'launch':
			return {
				kind: 'launch',
				title: `New agent on ${state.slice.remote}`,
				lines: form(mode, width),
			};
		case 'palette':
			return {kind: 'palette', title: 'Commands', lines: palette(state, mode, width, room)};
		case 'fleet':
		case 'filter':
		case 'inbox':
		case 'sync':
		case 'diff':
		case 'help':
			return undefined;
	}
};

/** One by its name, more by how many they are. */
const nameOf = (agents: ReadonlyArray<{name: string}>): string =>
	agents.length === 1 ? harmless(agents[0]!.name) : `${agents.length} agents`;

const confirmation = (
	{command, agents}: Of<'confirm'>,
	width: number,
): {title: string; lines: Segment[][]} => {
	const isOne = agents.length === 1;
	const it = isOne ? `It is ${agents[0]!.state}. It is` : 'Each is';
	const session = agents.every(agent => agent.session === null)
		? ''
		: isOne
			? '; its session goes on'
			: '; sessions go on';
	const what = {
		stop: ['Stop', `${it} asked to end, and killed if it does not.`],
		restart: ['Restart', `${it} stopped, then started with the same role${session}.`],
		remove: [
			'Remove',
			isOne
				? 'It has ended. Its last screen is forgotten too.'
				: 'They have ended. Their last screens are forgotten too.',
		],
	}[command];
	const names = isOne
		? []
		: wrapAtMost(agents.map(({name}) => harmless(name)).join(', '), width, 4);
	return {
		title: `${what[0]!} ${nameOf(agents)}?`,
		lines: [
			...names.map((line): Segment[] => [[line, {bold: true}]]),
			...wrap(what[1]!, width).map((line): Segment[] => [[line]]),
		],
	};
};

/** The choices have their lines first, the chosen one always; a long question is cut to what is left. */
const question = ({attention, index}: Of<'answer'>, width: number, height: number): Segment[][] => {
	const {text, choices} = attention;
	const count = Math.min(choices.length, Math.max(1, height - 2));
	const from = Math.max(0, Math.min(index - count + 1, choices.length - count));
	return [
		...wrapAtMost(harmless(text), width, Math.max(1, height - count - 1)).map((line): Segment[] => [
			[line, {bold: true}],
		]),
		[['']],
		...choices.slice(from, from + count).map(({label}, at): Segment[] => [
			[from + at === index ? '▸ ' : '  ', {colour: 'cyan', bold: true}],
			[`${from + at + 1} `, {colour: 'cyan'}],
			[fit(harmless(label), Math.max(0, width - 4)), {bold: from + at === index}],
		]),
	];
};

const labelWidth = 8;

const form = (mode: Of<'launch'>, width: number): Segment[][] => {
	const {launchables, index, focus, texts} = mode;
	const launchable = launchables?.[index];
	const room = width - labelWidth;
	const label = (name: string, isFocused: boolean): Segment => [
		fit(name, labelWidth),
		isFocused ? {bold: true, colour: 'cyan'} : {colour: 'grey'},
	];
	const what: Segment[] = launchable
		? [
				['‹ ', {colour: 'grey'}],
				[harmless(launchable.name), {bold: true, inverse: focus === 'what'}],
				[' ›', {colour: 'grey'}],
				[`  ${harmless(launchable.description)}`, {colour: 'grey'}],
			]
		: [[launchables ? 'nothing can be started' : '…', {colour: 'grey'}]];
	const field = (name: 'name' | 'folder' | 'prompt', title: string): Segment[] => [
		label(title, focus === name),
		...editorLine(texts[name], room, {
			isFocused: focus === name,
			placeholder:
				name === 'folder'
					? shortFolder(placeholderOf(name, launchable))
					: harmless(placeholderOf(name, launchable)),
		}),
	];
	return [
		[label('What', focus === 'what'), ...what],
		field('name', 'Name'),
		field('folder', 'Folder'),
		field('prompt', 'Prompt'),
	];
};

const nameWidth = 16;
const keysWidth = 8;

const palette = (
	state: ConsoleState,
	mode: Of<'palette'>,
	width: number,
	room: number,
): Segment[][] => {
	const entries = paletteEntries(mode.editor.text, situationOf(state));
	const height = Math.max(1, Math.min(entries.length, 12, room - 6));
	const index = Math.min(mode.index, entries.length - 1);
	const from = Math.max(0, Math.min(index - height + 1, entries.length - height));
	const lines = entries.slice(from, from + height).map(({binding, whyNot}, i): Segment[] => {
		const isChosen = from + i === index;
		const quiet = whyNot === undefined ? {} : ({colour: 'grey'} as const);
		const keys = binding.keys.map(keyLabel).join(' ');
		const room = width - 2 - nameWidth - 1 - keysWidth;
		return [
			[isChosen ? '▸ ' : '  ', {colour: 'cyan', bold: true}],
			[`${fit(binding.id.replaceAll('-', ' '), nameWidth)} `, {...quiet, bold: isChosen}],
			// A word or two of it would say nothing.
			[
				room < 16 ? ' '.repeat(Math.max(0, room)) : fit(binding.description, room),
				{colour: 'grey'},
			],
			[fitRight(keys, keysWidth), {colour: 'cyan'}],
		];
	});
	const chosen = entries[index];
	const why = chosen?.whyNot ? `not now: ${chosen.whyNot}` : '';
	return [
		[[': ', {colour: 'cyan', bold: true}], ...editorLine(mode.editor, width - 2)],
		...(entries.length === 0 ? [[['  no such command', {colour: 'grey'}]] as Segment[]] : lines),
		[[why, {colour: 'yellow'}]],
	];
};
