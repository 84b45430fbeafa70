/** How many lines a key scrolls a text by; undefined for a key that scrolls nothing. */
export const scrollStep = (key: string, page: number): number | undefined =>
	({
		down: 1,
		j: 1,
		up: -1,
		k: -1,
		pagedown: page,
		' ': page,
		pageup: -page,
		home: -Infinity,
		g: -Infinity,
		end: Infinity,
		G: Infinity,
	})[key];
