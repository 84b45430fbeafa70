import type {TreeEndpoint} from '../endpoint/endpoint.ts';
import {isFile} from '../entry.ts';
import type {BytePath} from '../path.ts';
import type {Difference} from '../plan/operation.ts';

/**
 * What a rule sends up again, because the host changed or deleted it, did not change here, and the
 * ancestor holds no sizes and times: this side is asked for them.
 */
export const measureStanding = async (
	differences: Map<BytePath, Difference>,
	local: Pick<TreeEndpoint, 'measure'>,
): Promise<void> => {
	const standing = [...differences].filter(
		([, {base, local: here}]) => isFile(base) && here?.signature === base,
	);
	if (standing.length === 0) return;
	const measures = await local.measure(standing.map(([path]) => path));
	for (const [index, [path, difference]] of standing.entries()) {
		const found = measures[index];
		if (found === undefined) continue;
		differences.set(path, {...difference, local: {...difference.local!, ...found}});
	}
};
