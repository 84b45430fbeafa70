import path from 'node:path';
import {DatabaseSync} from 'node:sqlite';
import {setTimeout as delay} from 'node:timers/promises';
import {makePrivateFolder} from '../../config/private-folder.ts';
import {untilAborted} from '../../transport/until-aborted.ts';

const pollMs = 50;
/** Whoever waits for longer is told for what. */
const patienceMs = 2000;

export type RuleLock = {
	/** Runs the work while nobody else works on the rule, in this process or another. */
	locked<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T>;
	/**
	 * From within locked work: keeps other processes away beyond its end, until what is returned is
	 * called; this process may go on working meanwhile.
	 */
	keep(): () => void;
};

/**
 * One rule's lock: two consoles may attend one host. `onWait` is called where it takes long. It is the file system's own, so a process
 * that dies leaves none behind.
 */
export const createRuleLock = (file: string, onWait: () => void = () => {}): RuleLock => {
	let lock: DatabaseSync | undefined;
	let holders = 0;
	let turn: Promise<void> = Promise.resolve();

	const release = () => {
		if (--holders > 0) return;
		lock?.close();
		lock = undefined;
	};

	const acquire = async (signal: AbortSignal): Promise<void> => {
		if (holders++ > 0) return;
		makePrivateFolder(path.dirname(file));
		try {
			lock = new DatabaseSync(file, {timeout: 0});
			const toldAt = performance.now() + patienceMs;
			for (let isTold = false; ;) {
				signal.throwIfAborted();
				try {
					lock.exec('BEGIN EXCLUSIVE');
					return;
				} catch (error) {
					// SQLITE_BUSY
					if ((error as {errcode?: number}).errcode !== 5) throw error;
					if (!isTold && performance.now() > toldAt) {
						isTold = true;
						onWait();
					}

					await delay(pollMs, undefined, {signal});
				}
			}
		} catch (error) {
			release();
			throw error;
		}
	};

	return {
		async locked(signal, work) {
			const before = turn;
			const {promise, resolve} = Promise.withResolvers<void>();
			turn = promise;
			try {
				await untilAborted(before, signal);
				await acquire(signal);
				try {
					return await work();
				} finally {
					release();
				}
			} finally {
				void before.then(resolve);
			}
		},
		keep() {
			holders++;
			let isKept = true;
			return () => {
				if (isKept) release();
				isKept = false;
			};
		},
	};
};
