import type {Client} from '../../client/client.ts';
import {FleetError} from '../../errors.ts';
import {hostChecksSchema} from '../../protocol/check.ts';
import {believe} from '../agent-calls.ts';
import {fail, ok, warn, type Check} from './check.ts';

/** What only the host's daemon can tell: rights, relays, logout. Nothing where it is too old to know the question. */
export const checkDaemon = async (
	client: Pick<Client, 'json'>,
	signal: AbortSignal,
): Promise<Check[]> => {
	try {
		const {checks} = believe(
			hostChecksSchema,
			await client.json('GET', '/v1/host/checks', {signal}),
		);
		return checks.map(({name, status, found, mend}) =>
			status === 'ok'
				? ok(name, found)
				: status === 'warning'
					? warn(name, found, mend ?? '')
					: fail(name, found, mend),
		);
	} catch (error) {
		if (error instanceof FleetError && error.code === 'not-supported') return [];
		throw error;
	}
};
