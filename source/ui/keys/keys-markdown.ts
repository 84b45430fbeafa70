import type {Binding} from './binding.ts';
import {bindings} from './bindings.ts';

const names: Record<string, string> = {
	' ': 'Space',
	enter: 'Enter',
	tab: 'Tab',
	'shift+tab': 'Shift-Tab',
	up: '↑',
	down: '↓',
	pageup: 'PageUp',
	pagedown: 'PageDown',
	home: 'Home',
	end: 'End',
	delete: 'Delete',
	esc: 'Esc',
};

const nameOf = (key: string): string =>
	names[key] ?? key.replace(/^ctrl\+(.)$/, (_, letter: string) => `Ctrl-${letter.toUpperCase()}`);

const titles: Record<Binding['group'], string> = {
	agents: 'The selected agent',
	moving: 'Moving',
	console: 'The console',
};

/** The README's table of keys, which a test compares with what the README says. */
export const keysMarkdown = (): string => {
	const lines: string[] = [];
	for (const group of ['agents', 'moving', 'console'] as const) {
		lines.push(`| ${titles[group]} | |`, '| --- | --- |');
		for (const binding of bindings.filter(one => one.group === group)) {
			const keys = binding.keys.map(key => `\`${nameOf(key)}\``).join(' ');
			lines.push(`| ${keys} | ${binding.description}${binding.isDangerous ? ' (asks)' : ''} |`);
		}

		lines.push('');
	}

	return lines.join('\n').trimEnd();
};
