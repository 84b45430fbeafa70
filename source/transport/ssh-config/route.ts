import {FleetError} from '../../errors.ts';
import {parseAddress, type Address} from '../../config/address.ts';
import type {SshHost} from './parse.ts';

/** The hosts to pass, the nearest first and the target last; only the first may have a ProxyCommand. */
export type Route = SshHost[];

const mostHops = 8;

/**
 * Follows ProxyJump the way ssh does: a list is passed in order, and only its first hop may be
 * reached through what its own section says. Throws `config-invalid` for a loop.
 */
export const findRoute = async (
	target: Address,
	resolve: (address: Address) => Promise<SshHost>,
): Promise<Route> => {
	const route: Route = [];
	let next: Address | undefined = target;
	let before: string[] | undefined;
	while (next) {
		if (route.length >= mostHops) {
			throw new FleetError('config-invalid', `ProxyJump passes more than ${mostHops} hosts`, {
				hint: 'Two hosts of the ssh configuration name each other.',
			});
		}

		const host: SshHost = await resolve(next);
		// A list that was given decides; the hop's own section counts only for the first of them.
		const jumps: string[] = before ?? hopsOf(host.proxyJump);
		route.unshift(host);
		const nearest = jumps.at(-1);
		next = nearest === undefined ? undefined : parseAddress(nearest);
		before = jumps.length > 1 ? jumps.slice(0, -1) : undefined;
	}

	return route.map((host, index) => (index === 0 ? host : {...host, proxyCommand: null}));
};

const hopsOf = (proxyJump: string | null): string[] =>
	(proxyJump ?? '')
		.split(',')
		.map(hop => hop.trim())
		.filter(Boolean);
