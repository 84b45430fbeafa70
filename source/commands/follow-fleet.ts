import {follow, type Follower, type FollowOptions} from '../client/follow.ts';
import {reduce} from '../fleet/reduce.ts';
import {emptySlice, type FleetInput, type FleetSlice} from '../fleet/slice.ts';
import type {CommandContext} from './command.ts';
import {linkTeller} from './link-teller.ts';

type Options<T> = Pick<FollowOptions, 'since' | 'onRecord'> & {
	/** What everything that was heard so far means: a value ends it. */
	decide?(slice: FleetSlice, input: FleetInput): T | undefined;
	/** Ends it with this signal's reason; default: the command's own. */
	signal?: AbortSignal;
};

/**
 * Follows the fleet until `decide` yields something. Survives every reconnect once the host was
 * reached; rejects with why it cannot be reached, or with what only a person can mend.
 */
export const followFleet = async <T>(
	context: CommandContext,
	{since, onRecord, decide, signal = context.signal}: Options<T>,
): Promise<T> => {
	signal.throwIfAborted();
	const [transport, client] = await Promise.all([context.transport(), context.client()]);
	const follower: Follower = follow({transport, client, since, ...(onRecord ? {onRecord} : {})});
	let slice = emptySlice(context.remoteName ?? 'local', Date.now());
	let onAbort: (() => void) | undefined;
	try {
		return await new Promise<T>((resolve, reject) => {
			onAbort = () => reject(signal.reason as Error);
			signal.addEventListener('abort', onAbort, {once: true});
			const tell = linkTeller(context);
			follower.subscribe(input => {
				slice = reduce(slice, input);
				if (input.kind === 'link') {
					const error = tell(input.link);
					if (error) return reject(error);
				}

				try {
					const value = decide?.(slice, input);
					if (value !== undefined) resolve(value);
				} catch (thrown) {
					reject(thrown as Error);
				}
			});
		});
	} finally {
		signal.removeEventListener('abort', onAbort!);
		follower.close();
	}
};
