import {existsSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {DatabaseSync} from 'node:sqlite';
import {unusable} from '../../config/private-folder.ts';
import {sqliteCode} from './sqlite-code.ts';

/** Held by the one daemon of a state folder. */
export type StateClaim = {release(): void};

/**
 * Makes this process the only daemon of the folder, or yields null while another is. The lock is
 * SQLite's on a file of its own, held by an open transaction: the kernel frees it however the
 * process ends, and a second database in the folder may come and go without touching it.
 */
export const claimState = (
	state: string,
	{announce = true}: {announce?: boolean} = {},
): StateClaim | null => {
	let lock: DatabaseSync | undefined;
	try {
		lock = new DatabaseSync(path.join(state, 'run', 'host.lock'), {timeout: 0});
		// Nothing is ever written, so there is nothing to roll back; any other mode needs space on the disk.
		lock.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
	} catch (error) {
		lock?.close();
		if (sqliteCode(error) === 'busy') return null;
		throw unusable(`cannot lock ${state}: ${(error as Error).message}`, error);
	}

	const held = lock;
	if (announce) writeHolder(state);
	return {
		release() {
			if (announce) rmSync(holderFile(state), {force: true});
			held.close();
		},
	};
};

/** Whether no daemon has the folder now; the next moment may tell otherwise. */
export const isFree = (state: string): boolean => {
	if (!existsSync(path.dirname(holderFile(state)))) return true;
	const claim = claimState(state, {announce: false});
	claim?.release();
	return claim !== null;
};

/** Who holds the folder, as far as its file says; for messages, and for ending what does not answer. */
export const readHolder = (state: string): number | undefined => {
	try {
		const pid = Number(readFileSync(holderFile(state), 'utf8'));
		return Number.isSafeInteger(pid) && pid > 1 ? pid : undefined;
	} catch {
		return undefined;
	}
};

const writeHolder = (state: string): void => {
	try {
		writeFileSync(holderFile(state), `${process.pid}\n`, {mode: 0o600});
	} catch {
		// A full disk: the file only helps to name a daemon that does not answer.
	}
};

const holderFile = (state: string): string => path.join(state, 'run', 'host.pid');
