import type {RemoteConfig} from '../../config/config.ts';
import {FleetError} from '../../errors.ts';
import type {Transport} from '../transport.ts';
export const openOpenssh = async (_: {remote: RemoteConfig}): Promise<Transport> => {
	throw new FleetError('not-supported', 'openssh');
};
