import {follow, type Follower, type FollowOptions} from '../client/follow.ts';
import {FleetError} from '../errors.ts';
import type {LinkState} from '../fleet/link.ts';
import {reduce} from '../fleet/reduce.ts';
import {emptySlice, type FleetInput, type FleetSlice} from '../fleet/slice.ts';
import type {CommandContext} from './command.ts';

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

/** Tells of a link that breaks and comes back; yields the error that ends a command. */
function linkTeller({note}: CommandContext): (link: LinkState) => FleetError | undefined {
	let wasLive = false;
	let isDown = false;
	return link => {
		if (link.phase === 'live') {
			if (isDown) note('console: the host is there again');
			wasLive = true;
			isDown = false;
		} else if ('error' in link) {
			const {code, message, hint} = link.error;
			if (!wasLive || link.phase === 'refused') return new FleetError(code, message, {hint});
			if (!isDown) note(`console: the link was lost (${message}); reconnecting`);
			isDown = true;
		}

		return undefined;
	};
}
