import * as v from 'valibot';
import {protocol, version} from '../../protocol/version.ts';

/** What `host serve` says of the daemon, as its one line of JSON. */
export const daemonLineSchema = v.object({
	socket: v.string(),
	pid: v.number(),
	version: v.string(),
	protocol: v.object({major: v.number(), minor: v.number()}),
	/** False when it ran already. */
	started: v.boolean(),
});
export type DaemonLine = v.InferOutput<typeof daemonLineSchema>;

export const ownLine = (socket: string): DaemonLine => ({
	socket,
	pid: process.pid,
	version,
	protocol: {...protocol},
	started: true,
});
