import {mkdirSync} from 'node:fs';
import path from 'node:path';
import {DatabaseSync} from 'node:sqlite';
import {setTimeout as delay} from 'node:timers/promises';

const pollMs = 50;

/**
 * Runs the work while no other process of this laptop works on the rule: two consoles may attend
 * one host. The lock is the file system's own, so a process that dies leaves none behind.
 */
export const withRuleLock = async <T>(
	file: string,
	signal: AbortSignal,
	work: () => Promise<T>,
): Promise<T> => {
	mkdirSync(path.dirname(file), {recursive: true, mode: 0o700});
	const lock = new DatabaseSync(file, {timeout: 0});
	try {
		for (;;) {
			signal.throwIfAborted();
			try {
				lock.exec('BEGIN EXCLUSIVE');
				break;
			} catch (error) {
				// SQLITE_BUSY
				if ((error as {errcode?: number}).errcode !== 5) throw error;
				await delay(pollMs, undefined, {signal});
			}
		}

		return await work();
	} finally {
		lock.close();
	}
};
