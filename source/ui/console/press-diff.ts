import {diffBodyHeight, diffLines} from '../present/diff-lines.ts';
import type {ConsoleContext} from './context.ts';
import {openSync, pressResolve} from './press-sync.ts';
import {sayError} from './request.ts';
import {scrollStep} from './scroll-step.ts';
import type {Mode} from './state.ts';

type Of<K extends Mode['kind']> = Extract<Mode, {kind: K}>;

/** A key while a diff is open. */
export const pressDiff = (context: ConsoleContext, key: string, mode: Of<'diff'>): void => {
	const {size} = context.get().layout;
	const page = Math.max(1, diffBodyHeight(size) - 1);
	const last = Math.max(0, diffLines(mode, size.columns).length - diffBodyHeight(size));
	const step = scrollStep(key, page);
	if (step !== undefined) {
		context.set({mode: {...mode, scroll: Math.max(0, Math.min(mode.scroll + step, last))}});
		return;
	}

	if (mode.conflict !== null && pressResolve(context, key, mode.conflict.of)) {
		openSync(context, mode.conflict.index);
		return;
	}

	const files = mode.files?.length ?? 0;
	const turn = {tab: 1, n: 1, right: 1, l: 1, 'shift+tab': -1, p: -1, left: -1, h: -1}[key];
	if (turn !== undefined && files > 0) {
		context.set({mode: {...mode, file: (mode.file + turn + files) % files, scroll: 0}});
	} else if (key === 'esc' || key === 'q' || key === 'd') {
		if (mode.conflict === null) context.set({mode: {kind: 'fleet'}});
		else openSync(context, mode.conflict.index);
	} else if (key === 'e' && mode.conflict === null) {
		editFile(context, mode);
	}
};

const editFile = (context: ConsoleContext, {files, file, root, agent}: Of<'diff'>): void => {
	const {desk} = context.services;
	const name = files?.[file]?.name;
	if (desk === undefined || name === undefined) return;
	desk.act({kind: 'ide', argument: `${root}/${name}:1`, agent}).then(
		({outcome, message}) =>
			context.say({tone: outcome === 'opened' ? 'done' : 'error', text: message}),
		(error: unknown) => sayError(context, 'editor', error),
	);
};
