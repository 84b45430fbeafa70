import os from 'node:os';
import {homeFolder} from '../../config/paths.ts';
import type {HostInfo} from '../../protocol/host-info.ts';
import {protocol, version} from '../../protocol/version.ts';
import type {Host} from '../host.ts';

/** `GET /v1/host`. */
export const readHostInfo = async (host: Host): Promise<HostInfo> => {
	const [tools, stats] = await Promise.all([host.tools.read(), host.stats()]);
	return {
		identity: host.identity,
		hostname: os.hostname(),
		user: userName(),
		home: homeFolder(),
		version,
		protocol: {...protocol},
		platform: process.platform,
		arch: process.arch,
		node: process.versions.node,
		pid: process.pid,
		startedAt: host.startedAt,
		epoch: host.journal.epoch,
		tools,
		stats,
	};
};

const userName = (): string => {
	try {
		return os.userInfo().username;
	} catch {
		// A container may run a user id that no passwd line names.
		return String(process.getuid?.() ?? '');
	}
};
