import type {FleetSlice} from '../../fleet/slice.ts';
import {duration} from './duration.ts';
import type {Style} from './paint.ts';

export type LinkText = {glyph: string; style: Style; words: string[]};

/** True when what is shown may not be what is: the way to the host is not there now. */
export const isStale = (slice: FleetSlice): boolean => slice.link.phase !== 'live';

/** The link in words, the most telling first; later ones are left out where there is no room. */
export const linkText = (slice: FleetSlice): LinkText => {
	const {link, now, heardAt} = slice;
	const data =
		slice.isKnown && heardAt !== undefined ? [`data ${duration(now - heardAt)} old`] : [];
	const wait = 'retryAt' in link ? duration(link.retryAt - now) : '';
	switch (link.phase) {
		case 'connecting':
			return {glyph: '◌', style: {colour: 'yellow'}, words: ['connecting', ...data]};
		case 'live':
			return {
				glyph: '●',
				style: {colour: 'green'},
				words: [
					link.roundTripMs === undefined
						? 'live'
						: `live ${Math.max(1, Math.round(link.roundTripMs))} ms`,
				],
			};
		case 'reconnecting':
			return {
				glyph: '◌',
				style: {colour: 'yellow'},
				words: [
					link.retryAt > now
						? `reconnecting in ${wait} (${link.attempt})`
						: `reconnecting (${link.attempt})`,
					...data,
				],
			};
		case 'offline':
			return {
				glyph: '○',
				style: {colour: 'red'},
				words: ['offline', ...data, ...(link.retryAt > now ? [`next try in ${wait}`] : [])],
			};
		case 'refused':
			return {glyph: '✗', style: {colour: 'red'}, words: [`refused ${link.error.code}`, ...data]};
	}
};
