import {FleetError} from '../errors.ts';
import type {Follower} from './follow.ts';

/**
 * Resolves when the link is there: at once while it holds, after a loss as soon as it is back.
 * Rejects with what only a person can mend, and when the signal aborts.
 */
export const whenLive = async (
	{subscribe}: Pick<Follower, 'subscribe'>,
	signal: AbortSignal,
): Promise<void> => {
	signal.throwIfAborted();
	let leave: () => void = () => {};
	try {
		await new Promise<void>((resolve, reject) => {
			const giveUp = () => reject(signal.reason as Error);
			signal.addEventListener('abort', giveUp, {once: true});
			const unsubscribe = subscribe(input => {
				if (input.kind !== 'link') return;
				const {link} = input;
				if (link.phase === 'live') resolve();
				if (link.phase !== 'refused') return;
				const {code, message, hint} = link.error;
				reject(new FleetError(code, message, {hint}));
			});
			leave = () => {
				signal.removeEventListener('abort', giveUp);
				unsubscribe();
			};
		});
	} finally {
		leave();
	}
};
