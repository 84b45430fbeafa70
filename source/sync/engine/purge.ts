import type {Side} from '../plan/operation.ts';
import {noteRescues} from './commit-batch.ts';
import type {CycleParts} from './cycle.ts';
import type {CycleReport} from './report.ts';

const everyMs = 24 * 60 * 60 * 1000;

/** Once a day each side forgets what is written down here, and what its trash holds for too long. */
export const purgeDaily = async (
	{ledger, rule, endpoints, now}: Pick<CycleParts, 'ledger' | 'rule' | 'endpoints' | 'now'>,
	report: CycleReport,
): Promise<void> => {
	const atMs = now().getTime();
	const lastMs = Number(ledger.meta('purged-at') ?? 0);
	// A clock that was set back waits no longer than one that was not.
	if (Math.abs(atMs - lastMs) < everyMs) return;
	const purge = async (side: Side) => {
		const {rescued} = await endpoints[side].settle({arrived: false});
		ledger.transaction(() => noteRescues({ledger, rule}, report, side, rescued, atMs));
	};
	await Promise.all([purge('local'), purge('remote')]);
	ledger.setMeta('purged-at', String(atMs));
};
