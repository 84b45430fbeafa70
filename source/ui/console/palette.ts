import {isSubsequence} from '../../fleet/filter.ts';
import type {Binding, Situation} from '../keys/binding.ts';
import {bindings} from '../keys/bindings.ts';

export type PaletteEntry = {binding: Binding; whyNot: string | undefined};

/** The commands that match what was typed, the best first; those that cannot be given say why. */
export const paletteEntries = (query: string, situation: Situation): PaletteEntry[] => {
	const wanted = query.trim().toLowerCase();
	const scored = bindings
		.filter(binding => binding.id !== 'palette' && binding.group !== 'moving')
		.concat(bindings.filter(binding => binding.group === 'moving'))
		.map(binding => ({binding, score: scoreOf(wanted, binding)}))
		.filter(({score}) => score > 0);
	return scored
		.map(({binding, score}) => ({binding, score, whyNot: binding.whyNot?.(situation)}))
		.sort(
			(a, b) =>
				b.score - a.score || Number(a.whyNot !== undefined) - Number(b.whyNot !== undefined),
		)
		.map(({binding, whyNot}) => ({binding, whyNot}));
};

const scoreOf = (query: string, binding: Binding): number => {
	if (query === '') return 1;
	const name = binding.id.replaceAll('-', ' ');
	const words = `${name} ${binding.label} ${binding.description}`.toLowerCase();
	if (name.startsWith(query) || binding.label.startsWith(query)) return 4;
	if (words.split(' ').some(word => word.startsWith(query))) return 3;
	if (words.includes(query)) return 2;
	return isSubsequence(query, name) ? 1 : 0;
};
