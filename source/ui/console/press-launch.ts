import {edit, insert} from '../editor.ts';
import type {Launchable} from '../services.ts';
import type {ConsoleContext} from './context.ts';
import {sayError} from './request.ts';
import {launchFields, type Mode} from './state.ts';

type LaunchMode = Extract<Mode, {kind: 'launch'}>;

const next = (mode: LaunchMode, by: 1 | -1): LaunchMode => {
	const at = launchFields.indexOf(mode.focus) + by;
	return {...mode, focus: launchFields[(at + launchFields.length) % launchFields.length]!};
};

/** One key in the form that starts an agent. */
export const pressLaunch = (context: ConsoleContext, key: string, mode: LaunchMode): void => {
	if (key === 'esc') return context.set({mode: {kind: 'fleet'}});
	if (key === 'tab' || key === 'down') return context.set({mode: next(mode, 1)});
	if (key === 'shift+tab' || key === 'up') return context.set({mode: next(mode, -1)});
	if (mode.focus === 'prompt' && (key === 'alt+enter' || key === 'ctrl+j')) {
		const texts = {...mode.texts, prompt: insert(mode.texts.prompt, '\n', {isMultiline: true})};
		return context.set({mode: {...mode, texts}});
	}

	if (key === 'enter') return start(context, mode);
	if (mode.focus === 'what') return choose(context, key, mode);
	const editor = edit(mode.texts[mode.focus], key);
	if (editor) context.set({mode: {...mode, texts: {...mode.texts, [mode.focus]: editor}}});
};

const choose = (context: ConsoleContext, key: string, mode: LaunchMode): void => {
	const {launchables = [], index, prefix} = mode;
	const step = {right: 1, ' ': 1, left: -1}[key];
	if (step !== undefined && launchables.length > 0) {
		const at = (index + step + launchables.length) % launchables.length;
		return context.set({mode: {...mode, index: at, prefix: ''}});
	}

	if (!/^[\w.-]$/.test(key)) return;
	const longer = byName(launchables, prefix + key, index);
	const found = longer.prefix === '' ? byName(launchables, key, index) : longer;
	context.set({mode: {...mode, ...(launchables.length === 0 ? {prefix: prefix + key} : found)}});
};

/** The first whose name begins so; where none does, the choice stays and the typing starts anew. */
export const byName = (
	launchables: readonly Launchable[],
	prefix: string,
	index: number,
): {index: number; prefix: string} => {
	const found = launchables.findIndex(({name}) => name.startsWith(prefix));
	return prefix === '' || found === -1 ? {index, prefix: ''} : {index: found, prefix};
};

const start = (context: ConsoleContext, mode: LaunchMode): void => {
	const launchable = mode.launchables?.[mode.index];
	if (!launchable) return;
	const text = (field: 'name' | 'folder' | 'prompt') => mode.texts[field].text.trim() || null;
	context.set({mode: {kind: 'fleet'}});
	context.say({tone: 'info', text: `starting ${text('name') ?? launchable.name}…`});
	context.services.host
		.launch(
			{launchable, name: text('name'), cwd: text('folder'), prompt: text('prompt')},
			context.signal,
		)
		.then(
			({id}) => {
				context.say(undefined);
				context.goToAgent(id);
			},
			(error: unknown) => {
				if (context.signal.aborted) return;
				sayError(context, `start ${launchable.name}`, error);
				// What was written is not lost: the form opens again as it was.
				if (context.get().mode.kind === 'fleet') context.set({mode});
			},
		);
};

/** What a field says while it is empty: what will be taken then. */
export const placeholderOf = (
	field: 'name' | 'folder' | 'prompt',
	launchable: Launchable | undefined,
): string => {
	if (field === 'name') return launchable?.name ?? '';
	if (field === 'folder') return launchable?.cwd ?? '~';
	return launchable?.prompt ?? 'none';
};
