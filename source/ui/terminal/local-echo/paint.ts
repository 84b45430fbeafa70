import type {DrawnCell, Overlay} from './overlay.ts';
import type {Point} from './screen.ts';

// The cursor, its look and its character set are saved (DECSC) and come back (DECRC) with what the host believes of them.
const begin = '\u001B7\u001B(B';
const end = '\u001B8';
const underline = ';4';
const inverse = ';7';

/** Draws over what the host has drawn. */
export const draw = ({cells, cursor}: Overlay): string =>
	[begin, ...cells.map(cell => `${to(cell.point)}${styled(cell)}${cell.text}`), to(cursor)].join(
		'',
	);

/** Makes the terminal again what the host has drawn. */
export const undraw = ({cells}: Overlay): string => cells.map(restored).join('') + end;

const to = ({x, y}: Point): string => `\u001B[${y + 1};${x + 1}H`;

const styled = ({
	look,
	isInverse,
	isLate,
}: Pick<DrawnCell, 'look' | 'isInverse' | 'isLate'>): string =>
	`\u001B[${look}${isInverse ? inverse : ''}${isLate ? underline : ''}m`;

// What was erased is erased again (ECH): a space would be copied with the line.
const restored = ({point, under}: DrawnCell): string =>
	`${to(point)}${styled({...under, isLate: false})}${under.isErased ? '\u001B[X' : under.text}`;
