import {randomBytes} from 'node:crypto';
import {readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {makePrivateFolder} from '../../config/private-folder.ts';

const folderOf = (stateFolder: string): string => path.join(stateFolder, 'sync');

export const ledgerFile = (stateFolder: string, id: string): string =>
	path.join(folderOf(stateFolder), `${id}-ledger.db`);

export const lockFile = (stateFolder: string, id: string): string =>
	path.join(folderOf(stateFolder), `${id}-lock.db`);

const laptopFile = (stateFolder: string): string => path.join(folderOf(stateFolder), 'laptop');

/** What tells this laptop's rules from another's that sync the same folders; undefined before the first sync. */
export const readLaptopId = (stateFolder: string): string | undefined => {
	try {
		return readFileSync(laptopFile(stateFolder), 'utf8');
	} catch {
		return undefined;
	}
};

/** The same, made when it is not there. */
export const laptopId = (stateFolder: string): string => {
	makePrivateFolder(folderOf(stateFolder));
	try {
		const id = randomBytes(12).toString('hex');
		writeFileSync(laptopFile(stateFolder), id, {flag: 'wx', mode: 0o600});
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
	}

	return readLaptopId(stateFolder)!;
};
