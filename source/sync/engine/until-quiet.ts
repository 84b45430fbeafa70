import {untilAborted} from '../../transport/until-aborted.ts';
import type {BytePath} from '../path.ts';
import type {Side} from '../plan/operation.ts';
import type {CycleProgress} from './cycle.ts';
import type {OpenRule} from './open-rule.ts';
import {emptyReport, type CycleReport, type Held} from './report.ts';

export type QuietRequest = {
	allowDelete: boolean;
	dryRun: boolean;
	signal: AbortSignal;
	onProgress?: (progress: CycleProgress) => void;
};

// A file that changes all the time would keep it going for ever.
const mostCycles = 8;

/** Syncs until nothing is left to do, a person is needed, or what is left keeps moving. Yields the sum. */
export const syncUntilQuiet = async (
	{cycle, carrier}: Pick<OpenRule, 'cycle' | 'carrier'>,
	request: QuietRequest,
): Promise<CycleReport> => {
	const total = emptyReport();
	let folders: Record<Side, ReadonlySet<BytePath>> = {local: new Set(), remote: new Set()};
	let isFirst = true;
	for (let count = 0; count < mostCycles;) {
		const report = await cycle({...request, full: {local: isFirst, remote: isFirst}, folders});
		add(total, report, isFirst);
		isFirst = false;
		if (request.dryRun || report.halted !== undefined) break;
		const isLeft = report.again.local.size + report.again.remote.size > 0;
		const noWay = report.held.find(({path}) => path === undefined);
		if (noWay !== undefined) throw noWay.error;
		if (!report.isCarrying && !isLeft) break;
		if (report.isCarrying) await untilAborted(carrier.untilNews(), request.signal);
		if (isLeft) count++;
		folders = report.again;
	}

	// What is tried again later is not done by now.
	const held = total.held.filter(({path}) => path !== undefined) as Array<Held & {path: BytePath}>;
	total.failed.push(...held.map(({side, path, error}) => ({side, path, code: error.message})));
	return total;
};

/** What adds up is added; what is a state is the last one's. */
export const add = (total: CycleReport, report: CycleReport, isFirst: boolean): void => {
	for (const side of ['local', 'remote'] as const) {
		for (const key of ['files', 'bytes', 'deleted', 'other'] as const) {
			total.moved[side][key] += report.moved[side][key];
		}
	}

	total.conflicts.push(...report.conflicts);
	const drifted = new Set(total.drift.map(({path}) => path));
	total.drift.push(...report.drift.filter(({path}) => !drifted.has(path)));
	total.failed.push(...report.failed);
	total.blocked = report.blocked;
	if (isFirst) Object.assign(total, {plan: report.plan, secrets: report.secrets});
	const {busy, halted, isCarrying, held, again} = report;
	Object.assign(total, {busy, halted, isCarrying, held, again});
};
