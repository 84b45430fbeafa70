import type {Toast} from '../console/state.ts';
import {fit, wrap} from './cells.ts';
import type {Segment, Style} from './paint.ts';

const looks: Record<Toast['tone'], {glyph: string; style: Style}> = {
	done: {glyph: '✓', style: {colour: 'green'}},
	info: {glyph: '·', style: {colour: 'cyan'}},
	error: {glyph: '✗', style: {colour: 'red'}},
};

const maxLines = 5;

/** What was just said, in as many full lines as it needs. */
export const toastLines = (toast: Toast, columns: number): Segment[][] => {
	const {glyph, style} = looks[toast.tone];
	const width = Math.max(1, columns - 4);
	const text = wrap(toast.text, width).map((line, index): Segment[] => [
		[` ${index === 0 ? glyph : ' '} `, style],
		[fit(line, columns - 3), toast.tone === 'error' ? style : {}],
	]);
	const hint = toast.hint
		? wrap(toast.hint, width).map((line): Segment[] => [[`   ${fit(line, columns - 3)}`]])
		: [];
	return [...text, ...hint].slice(0, maxLines);
};
