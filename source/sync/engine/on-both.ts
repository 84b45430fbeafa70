import type {Side} from '../plan/operation.ts';

/** Does it on both sides at once. Rejects as the first that failed, after the other came to its end. */
export const onBoth = async <T>(work: (side: Side) => Promise<T>): Promise<Record<Side, T>> => {
	const [local, remote] = await Promise.allSettled([work('local'), work('remote')]);
	if (local.status === 'rejected') throw local.reason;
	if (remote.status === 'rejected') throw remote.reason;
	return {local: local.value, remote: remote.value};
};
