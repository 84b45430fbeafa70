import type {Toast} from '../console/state.ts';
import type {FleetSlice} from '../../fleet/slice.ts';
import {fit, harmless, wrap, wrapAtMost} from './cells.ts';
import {isStale} from './link-text.ts';
import type {Segment, Style} from './paint.ts';

const looks: Record<Toast['tone'], {glyph: string; style: Style}> = {
	done: {glyph: '✓', style: {colour: 'green'}},
	info: {glyph: '·', style: {colour: 'cyan'}},
	warning: {glyph: '▲', style: {colour: 'yellow'}},
	error: {glyph: '✗', style: {colour: 'red'}},
};

/**
 * What the host suffers from, or why it refuses this console, as long as it does; a lost link says
 * enough by itself.
 */
export const hostTrouble = (slice: FleetSlice): Toast | undefined => {
	const {link} = slice;
	if (link.phase === 'refused') {
		// Where no agent is shown, it stands in their place.
		if (slice.agents.size === 0) return undefined;
		const {message, hint} = link.error;
		return {tone: 'error', text: harmless(message), hint: hint && harmless(hint)};
	}

	if (isStale(slice)) return undefined;
	const trouble = slice.closing ?? slice.stats?.problems[0];
	return trouble === undefined
		? undefined
		: {tone: 'warning', text: `${slice.remote}: ${harmless(trouble)}`};
};

const maxLines = 5;

/** What was just said, in as many full lines as it needs; where they are too many, what to do keeps two. */
export const toastLines = (toast: Toast, columns: number): Segment[][] => {
	const {glyph, style} = looks[toast.tone];
	const width = Math.max(1, columns - 4);
	const wanted = toast.hint ? wrap(toast.hint, width).length : 0;
	const text = wrapAtMost(toast.text, width, maxLines - Math.min(wanted, 2));
	const hint = toast.hint ? wrapAtMost(toast.hint, width, maxLines - text.length) : [];
	return [
		...text.map((line, index): Segment[] => [
			[` ${index === 0 ? glyph : ' '} `, style],
			[fit(line, columns - 3), toast.tone === 'error' ? style : {}],
		]),
		...hint.map((line): Segment[] => [[`   ${fit(line, columns - 3)}`]]),
	];
};
