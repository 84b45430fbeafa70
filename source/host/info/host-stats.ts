import {statfs} from 'node:fs/promises';
import os from 'node:os';
import type {HostStats} from '../../protocol/host-info.ts';

/** What the machine has left, and what this host's own state suffers from. */
export const readHostStats = async (
	state: string,
	problems: readonly string[],
): Promise<HostStats> => {
	// A network file system that hangs must not hold up the rest.
	const disk = await Promise.race([diskOf(state), afterMs(1000, {freeBytes: 0, totalBytes: 0})]);
	return {
		load: os.loadavg(),
		cpus: os.availableParallelism(),
		memory: {freeBytes: os.freemem(), totalBytes: os.totalmem()},
		disk,
		problems: [...problems],
		at: new Date().toISOString(),
	};
};

const diskOf = async (folder: string): Promise<HostStats['disk']> => {
	try {
		const {bavail, blocks, bsize} = await statfs(folder);
		return {freeBytes: bavail * bsize, totalBytes: blocks * bsize};
	} catch {
		return {freeBytes: 0, totalBytes: 0};
	}
};

const afterMs = <T>(delayMs: number, value: T): Promise<T> =>
	new Promise(resolve => setTimeout(resolve, delayMs, value).unref());
