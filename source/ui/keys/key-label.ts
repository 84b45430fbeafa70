const shownKeys: Record<string, string> = {
	' ': 'Space',
	enter: '↵',
	tab: '⇥',
	'shift+tab': '⇤',
	up: '↑',
	down: '↓',
	pageup: 'PgUp',
	pagedown: 'PgDn',
	home: 'Home',
	end: 'End',
	delete: 'Del',
	esc: 'Esc',
};

/** A key as a person reads it on the screen. */
export const keyLabel = (key: string): string =>
	shownKeys[key] ?? key.replace(/^ctrl\+(.)$/, (_, letter: string) => `^${letter.toUpperCase()}`);
