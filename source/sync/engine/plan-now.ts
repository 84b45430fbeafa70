import {conflictStamp} from '../conflict-name.ts';
import {sides, type Plan, type Side} from '../plan/operation.ts';
import {plan} from '../plan/plan.ts';
import type {CycleParts} from './cycle.ts';
import {near, type Flights} from './flights.ts';
import {measureStanding} from './measure-standing.ts';
import type {CycleReport} from './report.ts';

/** What is to be done about all that differs now; the report says what it leaves alone. */
export const planNow = async (
	parts: CycleParts,
	report: CycleReport,
	flights: Record<Side, Flights>,
	{isNarrowed}: {isNarrowed: boolean},
): Promise<Plan> => {
	const {ledger, rule, endpoints, now} = parts;
	const differences = ledger.differences();
	const moving = sides.flatMap(side => [...flights[side].paths()]);
	for (const path of moving) differences.delete(path);
	// What is new is made from the top down; what changes may hang on what moves in another way.
	const isNear = isNarrowed ? near(moving) : () => false;
	for (const path of differences.keys()) if (isNear(path)) differences.delete(path);
	if (rule.direction === 'up') await measureStanding(differences, endpoints.local);
	const planned = plan(differences, {
		...rule,
		folds: {local: ledger.meta('folds-local') === '1', remote: ledger.meta('folds-remote') === '1'},
		alikeIn: ledger.alikeIn,
		stamp: conflictStamp(now()),
		held: report.busy,
	});
	Object.assign(report, {plan: planned, drift: planned.drift, blocked: [...planned.blocked]});
	return planned;
};
