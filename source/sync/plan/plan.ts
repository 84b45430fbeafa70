import type {BytePath} from '../path.ts';
import {createDraft} from './draft.ts';
import type {Difference, Plan, PlanRule} from './operation.ts';
import {planBoth} from './plan-both.ts';
import {planUp} from './plan-up.ts';

/**
 * What must be done on each side so that both become alike. Pure. `differences` holds every
 * path at which a side is not as the ancestor, and no other is needed: where a folder is gone,
 * all that it held differs as well.
 */
export const plan = (differences: ReadonlyMap<BytePath, Difference>, rule: PlanRule): Plan => {
	const draft = createDraft(differences, rule);
	if (rule.direction === 'up') planUp(differences, rule, draft);
	else planBoth(differences, rule, draft);
	return draft.finish();
};
