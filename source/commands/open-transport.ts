import type {RemoteConfig} from '../config/config.ts';
import {FleetError} from '../errors.ts';
import type {Transport} from '../transport/transport.ts';
import type {CommandContext} from './command.ts';

/** The way to a remote, or to the local host for null. */
export const openTransport = async (
	remote: RemoteConfig | null,
	_context: CommandContext,
): Promise<Transport> => {
	throw new FleetError('not-supported', `no transport leads to ${remote?.name ?? 'local'} yet`);
};
