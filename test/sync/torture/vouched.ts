import fs from 'node:fs';
import {DatabaseSync} from 'node:sqlite';
import {hashOf} from '../../../source/sync/endpoint/read-stable.ts';

/** Contents of a side's trash that are what its journal says that they are. */
export const vouchedContents = (database: string, root: string): string[] => {
	const db = new DatabaseSync(database, {readOnly: true});
	try {
		return db
			.prepare('SELECT slot, expected FROM trash')
			.all()
			.flatMap(row => {
				const slot = `${root}/.fleet-sync/trash/${row['slot'] as string}`;
				const file = Buffer.from(slot, 'latin1');
				if (fs.lstatSync(file, {throwIfNoEntry: false})?.isFile() !== true) return [];
				const bytes = fs.readFileSync(file);
				return hashOf(bytes) === (row['expected'] as string).slice(1) ? [bytes.toString()] : [];
			});
	} finally {
		db.close();
	}
};
