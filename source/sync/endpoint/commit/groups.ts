import type {Step} from '../../plan/fill.ts';

export type Group = {kind: 'making' | 'replacing' | 'reshaping'; steps: Step[]};

// Small, so that little time passes between the look before and the step itself.
const groupSize = 64;

/**
 * Steps, in their order, by what they have in common. `replacing`: what is displaced by any of them
 * is written down before the first is done. `making`: new folders displace nothing. `reshaping`: a
 * folder must be gone, or a name free, before what comes after it is looked at.
 */
export const groupsOf = (steps: readonly Step[]): Group[] => {
	const groups: Group[] = [];
	for (const step of steps) {
		const kind = kindOf(step);
		const last = groups.at(-1);
		if (last?.kind === kind && last.steps.length < groupSize) last.steps.push(step);
		else groups.push({kind, steps: [step]});
	}

	return groups;
};

const kindOf = ({kind}: Step): Group['kind'] => {
	switch (kind) {
		case 'put':
		case 'remove':
			return 'replacing';
		case 'fill':
		case 'mkdir':
			return 'making';
		case 'aside':
		case 'rmdir':
		case 'mode':
			return 'reshaping';
	}
};
