import {placeOf, type Layout} from '../present/layout.ts';
import type {MouseReport} from '../terminal/mouse.ts';
import type {ConsoleContext} from './context.ts';
import {press} from './press.ts';
import {runCommand} from './run-command.ts';

/** Two clicks within this are one double click. */
const doubleMs = 400;
const wheelLines = 3;

export type MouseTarget = {in: 'list'; row: number} | {in: 'preview'} | undefined;

/** What stands in a cell of the screen. */
export const targetAt = (layout: Layout, x: number, y: number): MouseTarget => {
	const {list, preview, hasHeads} = layout;
	const row = y - 1 - Number(hasHeads);
	if (placeOf(layout) === 'beside' && x >= list.width) {
		return preview && y >= 1 && y <= preview.height ? {in: 'preview'} : undefined;
	}

	if (row >= 0 && row < list.height) return {in: 'list', row};
	const isBelow = preview !== null && row >= list.height && row < list.height + preview.height;
	return isBelow ? {in: 'preview'} : undefined;
};

/** A click selects, a second one attaches; the wheel moves what is under it. */
export const mouse = (context: ConsoleContext) => {
	let clicked: {id: string | undefined; at: number} | undefined;

	const click = (target: MouseTarget) => {
		const {place, list} = context.get();
		if (target?.in === 'list') {
			const index = place.start + target.row;
			if (index >= list.length) return;
			context.goTo(index);
		}

		const id = target && context.get().place.selectedId;
		const now = performance.now();
		const isDouble = id !== undefined && clicked?.id === id && now - clicked.at < doubleMs;
		clicked = isDouble ? undefined : {id, at: now};
		if (isDouble) runCommand(context, 'attach');
	};

	return ({kind, x, y}: MouseReport): void => {
		const {mode, layout} = context.get();
		const isList = mode.kind === 'fleet' || mode.kind === 'filter';
		const target = isList ? targetAt(layout, x, y) : undefined;
		if (kind === 'press') {
			if (isList) click(target);
		} else if (target?.in === 'preview') {
			context.scrollPreview(kind === 'wheel-up' ? -wheelLines : wheelLines);
		} else {
			press(context, kind === 'wheel-up' ? 'up' : 'down');
		}
	};
};
