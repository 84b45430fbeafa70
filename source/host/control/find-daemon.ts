import * as v from 'valibot';
import {hostInfoSchema} from '../../protocol/host-info.ts';
import {askDaemon} from './ask-daemon.ts';
import type {DaemonLine} from './daemon-line.ts';

/** The daemon that listens on a socket, or null; rejects as `askDaemon` does. */
export const findDaemon = async (
	socket: string,
	signal?: AbortSignal,
): Promise<DaemonLine | null> => {
	const answer = await askDaemon(socket, 'GET', '/v1/host', signal ? {signal} : {});
	if (answer === null) return null;
	const {pid, version, protocol} = v.parse(hostInfoSchema, answer);
	return {socket, pid, version, protocol, started: false};
};
