import {FleetError} from '../errors.ts';
import type {LinkState} from '../fleet/link.ts';
import type {CommandContext} from './command.ts';

/**
 * Tells of a link that breaks and comes back; yields the error that ends a command: why the host was not
 * reached at all, or what only a person can mend.
 */
export const linkTeller = ({
	note,
}: Pick<CommandContext, 'note'>): ((link: LinkState) => FleetError | undefined) => {
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
};
