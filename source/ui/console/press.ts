import {edit, insert, type Editor} from '../editor.ts';
import {findBinding} from '../keys/find-binding.ts';
import {harmless} from '../present/cells.ts';
import {helpLines} from '../present/help.ts';
import type {ConsoleContext} from './context.ts';
import {pressAnswer} from './press-answer.ts';
import {pressDiff} from './press-diff.ts';
import {pressInbox} from './press-inbox.ts';
import {pressSync} from './press-sync.ts';
import {pressLaunch} from './press-launch.ts';
import {paletteEntries} from './palette.ts';
import {perform, runCommand} from './run-command.ts';
import {request} from './request.ts';
import {scrollStep} from './scroll-step.ts';
import {situationOf, type ConsoleState, type Mode} from './state.ts';

type Of<K extends Mode['kind']> = Extract<Mode, {kind: K}>;

const home: Mode = {kind: 'fleet'};

/** One key, given to whatever is open. */
export const press = (context: ConsoleContext, key: string): void => {
	const state = context.get();
	const {mode} = state;
	// Always the way out, whatever is open.
	if (key === 'ctrl+c') return context.quit(130);
	if (key === 'ctrl+l') return runCommand(context, 'redraw');
	if (key === 'ctrl+z') return runCommand(context, 'suspend');
	switch (mode.kind) {
		case 'fleet':
			return pressFleet(context, key, state);
		case 'filter':
			return pressFilter(context, key, mode);
		case 'help':
			return pressHelp(context, key, mode, state);
		case 'inbox':
			return pressInbox(context, key, mode);
		case 'sync':
			return pressSync(context, key, mode);
		case 'diff':
			return pressDiff(context, key, mode);
		case 'palette':
			return pressPalette(context, key, mode, state);
		case 'confirm':
			return pressConfirm(context, key, mode);
		case 'answer':
			return pressAnswer(context, key, mode);
		case 'prompt':
			return pressPrompt(context, key, mode);
		case 'launch':
			return pressLaunch(context, key, mode);
	}
};

/** Pasted text goes where text is written; anywhere else it does nothing. */
export const paste = (context: ConsoleContext, text: string): void => {
	const {mode} = context.get();
	if (mode.kind === 'prompt') {
		context.set({mode: {...mode, editor: insert(mode.editor, text, {isMultiline: true})}});
	} else if (mode.kind === 'filter') {
		changeFilter(context, mode, insert(mode.editor, text));
	} else if (mode.kind === 'palette') {
		context.set({mode: {...mode, editor: insert(mode.editor, text), index: 0}});
	} else if (mode.kind === 'launch' && mode.focus !== 'what') {
		const isMultiline = mode.focus === 'prompt';
		const texts = {
			...mode.texts,
			[mode.focus]: insert(mode.texts[mode.focus], text, {isMultiline}),
		};
		context.set({mode: {...mode, texts}});
	}
};

const pressFleet = (context: ConsoleContext, key: string, state: ConsoleState): void => {
	const found = findBinding(key, situationOf(state));
	if (found) runCommand(context, found.binding.id);
};

const changeFilter = (context: ConsoleContext, mode: Of<'filter'>, editor: Editor): void => {
	context.set({mode: {...mode, editor}});
	context.setFilter(editor.text);
};

const pressFilter = (context: ConsoleContext, key: string, mode: Of<'filter'>): void => {
	if (key === 'enter') return context.set({mode: home});
	if (key === 'esc') {
		context.set({mode: home});
		return context.setFilter('');
	}

	// The list can be walked while the filter is written.
	if (key === 'up' || key === 'ctrl+p') return runCommand(context, 'up');
	if (key === 'down' || key === 'ctrl+n') return runCommand(context, 'down');
	if (key === 'backspace' && mode.editor.text === '') return context.set({mode: home});
	const editor = edit(mode.editor, key);
	if (editor) changeFilter(context, mode, editor);
};

const pressHelp = (
	context: ConsoleContext,
	key: string,
	mode: Of<'help'>,
	state: ConsoleState,
): void => {
	if (['esc', '?', 'q', 'enter'].includes(key)) return context.set({mode: home});
	const {rows} = state.layout.size;
	const page = Math.max(1, rows - 4);
	const last = Math.max(
		0,
		helpLines(state.layout.size.columns, state.detachKey).length - (rows - 2),
	);
	const step = scrollStep(key, page);
	if (step === undefined) return;
	context.set({mode: {...mode, scroll: Math.max(0, Math.min(mode.scroll + step, last))}});
};

const pressPalette = (
	context: ConsoleContext,
	key: string,
	mode: Of<'palette'>,
	state: ConsoleState,
): void => {
	const entries = paletteEntries(mode.editor.text, situationOf(state));
	if (key === 'esc' || (key === 'backspace' && mode.editor.text === '')) {
		return context.set({mode: home});
	}

	if (key === 'enter') {
		context.set({mode: home});
		const chosen = entries[Math.min(mode.index, entries.length - 1)];
		if (chosen) runCommand(context, chosen.binding.id);
		return;
	}

	const by = {up: -1, 'ctrl+p': -1, 'shift+tab': -1, down: 1, 'ctrl+n': 1, tab: 1}[key];
	if (by !== undefined) {
		const count = Math.max(1, entries.length);
		return context.set({mode: {...mode, index: (mode.index + by + count) % count}});
	}

	const editor = edit(mode.editor, key);
	if (editor) context.set({mode: {...mode, editor, index: 0}});
};

const pressConfirm = (context: ConsoleContext, key: string, mode: Of<'confirm'>): void => {
	if (key === 'y' || key === 'Y' || key === 'enter') {
		context.set({mode: home});
		context.set({marked: new Set()});
		for (const {id, name} of mode.agents) {
			// As it is now, not as it was when the question was asked.
			const agent = context.get().slice.agents.get(id);
			if (agent) void perform(context, mode.command, agent);
			else context.say({tone: 'info', text: `${mode.command}: ${harmless(name)} is gone`});
		}
	} else if (['n', 'N', 'esc', 'q'].includes(key)) {
		context.set({mode: home});
	}
};

const pressPrompt = (context: ConsoleContext, key: string, mode: Of<'prompt'>): void => {
	if (key === 'esc') return context.set({mode: home});
	if (key === 'alt+enter' || key === 'ctrl+j') {
		return context.set({mode: {...mode, editor: insert(mode.editor, '\n', {isMultiline: true})}});
	}

	if (key === 'enter') {
		if (mode.editor.text.trim() === '') return;
		context.set({mode: home, marked: new Set()});
		void sendPrompts(context, mode);
		return;
	}

	const editor = edit(mode.editor, key);
	if (editor) context.set({mode: {...mode, editor}});
};

const sendPrompts = async (context: ConsoleContext, mode: Of<'prompt'>): Promise<void> => {
	const {text} = mode.editor;
	const sent = await Promise.all(
		mode.agents.map(async ({id, name}): Promise<'sent' | 'refused' | 'gone'> => {
			const agent = context.get().slice.agents.get(id);
			if (agent === undefined) {
				context.say({tone: 'error', text: `${name} is gone: nothing was sent to it`});
				return 'gone';
			}

			const what = {doing: 'sending', verb: 'prompt', isDoneWhenTaken: true};
			const isTaken = await request(context, agent, what, signal =>
				context.services.host.send(id, text, signal),
			);
			return isTaken ? 'sent' : 'refused';
		}),
	);
	if (context.signal.aborted) return;
	const [first, ...others] = mode.agents;
	if (first && sent.every(one => one === 'sent')) {
		const whom = others.length === 0 ? first.name : `${mode.agents.length} agents`;
		context.say({tone: 'done', text: `sent to ${whom}`});
	}

	// What was written is not lost: it opens again, for those that refused it.
	const agents = mode.agents.filter((_, index) => sent[index] === 'refused');
	if (agents.length > 0 && context.get().mode.kind === 'fleet') {
		context.set({mode: {...mode, agents}});
	}
};
