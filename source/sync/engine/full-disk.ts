import {FleetError} from '../../errors.ts';
import type {Side} from '../plan/operation.ts';
import type {HaltReason} from './report.ts';

/**
 * Does the work of a side; where its disk is full the rule halts, for a person must make room:
 * undefined then. What was under way lies beside the tree, not in it.
 */
export const haltedByDisk = async <T>(
	report: {halted: HaltReason | undefined},
	side: Side,
	work: () => Promise<T>,
): Promise<T | undefined> => {
	try {
		return await work();
	} catch (error) {
		if (!(error instanceof FleetError && error.code === 'disk-full')) throw error;
		report.halted = {kind: 'disk-full', side};
		return undefined;
	}
};
