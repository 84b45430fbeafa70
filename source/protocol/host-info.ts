import * as v from 'valibot';
import {text} from './agent.ts';

const number = v.pipe(v.number(), v.finite());

export const hostStatsSchema = v.object({
	/** 1, 5 and 15 minute load averages. */
	load: v.array(number),
	cpus: number,
	memory: v.object({freeBytes: number, totalBytes: number}),
	/** Of the file system that holds the state folder. */
	disk: v.object({freeBytes: number, totalBytes: number}),
	/** What the host's own state suffers from, a line each: "disk full: events are kept in memory". */
	problems: v.optional(v.array(text(400)), []),
	at: text(40),
});
export type HostStats = v.InferOutput<typeof hostStatsSchema>;

export const hostInfoSchema = v.object({
	/** Made once per state folder: tells two hosts of one name apart. */
	identity: text(64),
	hostname: text(255),
	user: text(255),
	home: text(4096),
	version: text(40),
	protocol: v.object({major: number, minor: number}),
	platform: text(20),
	arch: text(20),
	node: text(40),
	pid: number,
	startedAt: text(40),
	/** The event stream's epoch: a new one means that old event ids say nothing. */
	epoch: text(64),
	/** Tool name to version, or null where it is missing. */
	tools: v.record(v.string(), v.nullable(text(80))),
	stats: hostStatsSchema,
});

/** `GET /v1/host`. */
export type HostInfo = v.InferOutput<typeof hostInfoSchema>;
