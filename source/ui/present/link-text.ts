import type {FleetSlice} from '../../fleet/slice.ts';
import {duration} from './duration.ts';
import type {Style} from './paint.ts';

export type LinkText = {
	glyph: string;
	style: Style;
	words: string[];
	/** The same where there is hardly room: the age of what is shown is never left out. */
	brief: string[];
};

/** True when what is shown may not be what is: the way to the host is not there now. */
export const isStale = (slice: FleetSlice): boolean => slice.link.phase !== 'live';

/** The link in words, the most telling first; later ones are left out where there is no room. */
export const linkText = (slice: FleetSlice): LinkText => {
	const {link, now, heardAt} = slice;
	const age = slice.isKnown && heardAt !== undefined ? `${duration(now - heardAt)} old` : undefined;
	const data = age === undefined ? [] : [`data ${age}`];
	const old = age === undefined ? [] : [age];
	// Up to the next second: what is still to come is not in 0 s.
	const wait = 'retryAt' in link ? duration(Math.ceil((link.retryAt - now) / 1000) * 1000) : '';
	switch (link.phase) {
		case 'connecting':
			return {
				glyph: '◌',
				style: {colour: 'yellow'},
				words: ['connecting', ...data],
				brief: ['connecting', ...old],
			};
		case 'live': {
			const ms =
				link.roundTripMs === undefined ? '' : `${Math.max(1, Math.round(link.roundTripMs))} ms`;
			return {
				glyph: '●',
				style: {colour: 'green'},
				words: [ms === '' ? 'live' : `live ${ms}`],
				brief: [ms || 'live'],
			};
		}

		case 'reconnecting': {
			const isWaiting = link.retryAt > now;
			return {
				glyph: '◌',
				style: {colour: 'yellow'},
				words: [`reconnecting ${isWaiting ? `in ${wait} ` : ''}(${link.attempt})`, ...data],
				brief: [isWaiting ? `retry in ${wait}` : 'reconnecting', ...old],
			};
		}

		case 'offline':
			return {
				glyph: '○',
				style: {colour: 'red'},
				words: ['offline', ...data, ...(link.retryAt > now ? [`next try in ${wait}`] : [])],
				brief: ['offline', ...old],
			};
		case 'refused':
			return {
				glyph: '✗',
				style: {colour: 'red'},
				words: [`refused ${link.error.code}`, ...data],
				brief: ['refused', ...old],
			};
	}
};
