import type {FleetSlice, StateCounts} from '../../fleet/slice.ts';
import {agentStates, type AgentState} from '../../protocol/agent.ts';
import {cut, widthOf} from './cells.ts';
import {isStale, linkText} from './link-text.ts';
import type {Segment, Style} from './paint.ts';
import {lookOf} from './state-look.ts';

/** Something that another room tells in the header: the state of sync, what waits in the inbox. */
export type HeaderPlace = {glyph: string; style: Style; long: string; short: string};

const words: Record<AgentState, (n: number) => string> = {
	blocked: n => (n === 1 ? '1 needs you' : `${n} need you`),
	done: n => `${n} done`,
	working: n => `${n} working`,
	starting: n => `${n} starting`,
	idle: n => `${n} idle`,
	unknown: n => `${n} unknown`,
	exited: n => `${n} exited`,
};

type CountsForm = 'long' | 'main' | 'short' | 'short-main' | 'short-needs' | 'none';

/** The states that a person plans by; the others are one number where there is little room. */
const mainStates: ReadonlySet<AgentState> = new Set(['blocked', 'done', 'working']);

/** Those that wait for a person, where there is room for no other. */
const needyStates: ReadonlySet<AgentState> = new Set(['blocked', 'done']);

const countsIn = (counts: StateCounts, form: CountsForm, dim: boolean): Segment[] => {
	if (form === 'none') return [];
	const isLong = form === 'long' || form === 'main';
	const isMain = form === 'main' || form === 'short-main';
	const parts: Segment[] = [];
	let others = 0;
	for (const state of agentStates) {
		const count = counts[state];
		if (count === 0 || (form === 'short-needs' && !needyStates.has(state))) continue;
		if (isMain && !mainStates.has(state)) {
			others += count;
			continue;
		}

		const {glyph, style} = lookOf(state);
		parts.push([isLong ? words[state](count) : `${glyph}${count}`, dim ? {dim: true} : style]);
	}

	if (others > 0) {
		parts.push([isLong ? `${others} more` : `+${others}`, dim ? {dim: true} : {colour: 'grey'}]);
	}

	const gap: Segment = [isLong ? ' · ' : ' ', {colour: 'grey'}];
	return parts.flatMap((part, index) => (index === 0 ? [part] : [gap, part]));
};

const widthOfAll = (segments: readonly Segment[]): number =>
	segments.reduce((sum, [text]) => sum + widthOf(text), 0);

/**
 * The first line: who is attended, how the link is, who is in which state, and the places of
 * other rooms at its end. Where it does not fit, the least telling goes first; the link stays.
 */
export const header = (
	slice: FleetSlice,
	columns: number,
	places: readonly HeaderPlace[],
): Segment[] => {
	const link = linkText(slice);
	const stale = isStale(slice);
	const variants = [
		{program: true, counts: 'long', places: 'long', words: link.words},
		{program: false, counts: 'long', places: 'long', words: link.words},
		{program: false, counts: 'long', places: 'short', words: link.words},
		{program: false, counts: 'main', places: 'short', words: link.words},
		{program: false, counts: 'short', places: 'short', words: link.words},
		{program: false, counts: 'short-main', places: 'short', words: link.words.slice(0, 2)},
		{program: false, counts: 'short-main', places: 'short', words: link.brief},
		// A rule that is halted tells more than how many agents work: their rows say that.
		{program: false, counts: 'short-needs', places: 'short', words: link.brief},
		{program: false, counts: 'short-needs', places: 'glyph', words: link.brief},
		{program: false, counts: 'short-main', places: 'none', words: link.brief},
		{program: false, counts: 'none', places: 'none', words: link.brief},
	] as const;
	let segments: Segment[] = [];
	for (const variant of variants) {
		const left: Segment[] = [
			[variant.program ? ' fleet-console   ' : ' ', {colour: 'grey'}],
			[slice.remote, {bold: true}],
			[` ${link.glyph} `, link.style],
			[variant.words.join(' · '), link.style],
		];
		const counts = countsIn(slice.counts, variant.counts, stale);
		if (counts.length > 0) left.push(['   '], ...counts);

		const right: Segment[] = [];
		if (variant.places !== 'none') {
			for (const place of places) {
				right.push([`  ${place.glyph}`, place.style]);
				if (variant.places !== 'glyph') right.push([` ${place[variant.places]}`]);
			}

			if (right.length > 0) right.push([' ']);
		}

		const gap = columns - widthOfAll(left) - widthOfAll(right);
		segments = [...left, [' '.repeat(Math.max(0, gap))], ...right];
		if (gap >= (right.length > 0 ? 1 : 0)) return segments;
	}

	return cutSegments(segments, columns);
};

/** Segments of at most `columns` cells; what is cut ends in an ellipsis. */
export const cutSegments = (segments: readonly Segment[], columns: number): Segment[] => {
	let room = columns;
	const out: Segment[] = [];
	for (const [index, [text, style]] of segments.entries()) {
		const isLast = segments.slice(index + 1).every(([rest]) => rest === '');
		const width = widthOf(text);
		// One cell stays for the ellipsis while more is to come.
		if (width < room || (isLast && width === room)) {
			out.push([text, style]);
			room -= width;
			continue;
		}

		out.push([cut(`${text}…`, room), style]);
		break;
	}

	return out;
};
