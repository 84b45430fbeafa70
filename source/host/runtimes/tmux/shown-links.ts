import stripAnsi from 'strip-ansi';

export type ScreenLink = {uri: string; text: string};

/** A text may go on in the next row. */
const beginning = 16;

/** Those of an agent's hyperlinks whose text its screen shows, the newest of each text, in the order of writing. */
export const shownLinks = (
	links: readonly ScreenLink[],
	lines: readonly string[],
): {links?: ScreenLink[]} => {
	if (links.length === 0) return {};
	const screen = lines.map(line => stripAnsi(line)).join('\n');
	const shown = new Map<string, ScreenLink>();
	for (const {uri, text} of links) {
		shown.delete(text);
		if (screen.includes(text.slice(0, beginning))) shown.set(text, {uri, text});
	}

	return shown.size === 0 ? {} : {links: [...shown.values()]};
};
