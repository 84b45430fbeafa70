/** The terminal's own sixteen, so that the person's theme decides how they look. */
export type Colour = 'red' | 'green' | 'yellow' | 'blue' | 'magenta' | 'cyan' | 'grey';

export type Style = {
	colour?: Colour | undefined;
	bold?: boolean | undefined;
	dim?: boolean | undefined;
	inverse?: boolean | undefined;
	underline?: boolean | undefined;
	/** Calls for the person: black on the colour of warnings, which reads on a light terminal too. */
	badge?: boolean | undefined;
};

export type Segment = readonly [text: string, style?: Style];

const colours: Record<Colour, number> = {
	red: 31,
	green: 32,
	yellow: 33,
	blue: 34,
	magenta: 35,
	cyan: 36,
	grey: 90,
};

/** Turns styled text into what a terminal reads; without colour (`NO_COLOR`) the rest stays. */
export type Paint = (segments: readonly Segment[]) => string;

export const painter =
	(hasColour: boolean): Paint =>
	segments => {
		let line = '';
		for (const [text, style] of segments) {
			const codes = style ? codesOf(style, hasColour) : '';
			line += codes === '' || text === '' ? text : `\u001B[${codes}m${text}\u001B[0m`;
		}

		return line;
	};

const codesOf = (style: Style, hasColour: boolean): string => {
	const codes: number[] = [];
	const isBadge = style.badge === true && hasColour;
	if (style.bold && !isBadge) codes.push(1);
	// A grey that a terminal cannot show as a colour still steps back.
	if (style.dim || (style.colour === 'grey' && !hasColour)) codes.push(2);
	if (style.underline) codes.push(4);
	if (style.inverse) codes.push(7);
	if (isBadge) codes.push(30, 43);
	else if (style.colour && hasColour) codes.push(colours[style.colour]);
	return codes.join(';');
};

/** The same segments, all of them with something more. */
export const restyle = (segments: readonly Segment[], more: Style): Segment[] =>
	segments.map(([text, style]) => [text, {...style, ...more}]);
