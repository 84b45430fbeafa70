import {bindings, keyLabel, type Binding} from '../keys.ts';
import {fit} from './cells.ts';
import type {Segment} from './paint.ts';

const titles: Record<Binding['group'], string> = {
	agents: 'The selected agent',
	moving: 'Moving',
	console: 'The console',
};

const keysWidth = 14;

/** Every key with what it does, as lines; the table decides, not this. */
export const helpLines = (columns: number): Segment[][] => {
	const lines: Segment[][] = [];
	for (const group of ['agents', 'moving', 'console'] as const) {
		if (lines.length > 0) lines.push([['']]);
		lines.push([[` ${titles[group]}`, {bold: true}]]);
		for (const binding of bindings.filter(one => one.group === group)) {
			const keys = binding.keys.map(keyLabel).join(' ');
			const asks = binding.isDangerous ? ' (asks)' : '';
			lines.push([
				[`   ${fit(keys, keysWidth)}`, {colour: 'cyan'}],
				[fit(binding.description + asks, Math.max(0, columns - keysWidth - 4))],
			]);
		}
	}

	lines.push([['']], [[' While attached', {bold: true}]]);
	return lines;
};
