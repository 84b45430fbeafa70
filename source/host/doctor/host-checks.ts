import {statSync} from 'node:fs';
import {readFile} from 'node:fs/promises';
import path from 'node:path';
import type {Check} from '../../protocol/check.ts';
import type {Host} from '../host.ts';
import {findProgram} from '../info/find-program.ts';
import {logoutCheck} from './logout-check.ts';

/** What only a host's own daemon can say about itself that bears on its agents. */
export const hostChecks = async (host: Host): Promise<Check[]> => [
	rightsCheck(host),
	await relayCheck(host),
	await logoutCheck(),
];

const rightsCheck = ({stateFolder, socket}: Host): Check => {
	const wrong = [
		{file: stateFolder, mode: 0o700},
		{file: path.dirname(socket), mode: 0o700},
		{file: socket, mode: 0o600},
	].filter(({file, mode}) => {
		const found = statSync(file, {throwIfNoEntry: false});
		return (
			found === undefined || (found.mode & 0o777 & ~mode) !== 0 || found.uid !== process.getuid?.()
		);
	});
	return wrong.length === 0
		? {name: 'socket rights', status: 'ok', found: `${socket}, for its owner alone`, mend: null}
		: {
				name: 'socket rights',
				status: 'failed',
				found: wrong.map(({file}) => `${file} is open to others`).join(', '),
				mend: wrong.map(({file, mode}) => `chmod ${mode.toString(8)} ${file}`).join(' && '),
			};
};

const relayCheck = async ({stateFolder}: Host): Promise<Check> => {
	const searchPath = process.env['PATH'] ?? '';
	const found = (await findProgram('curl', searchPath)) ?? (await findProgram('perl', searchPath));
	const script = path.join(stateFolder, 'relays', 'relay');
	if ((await readFile(script).catch(() => null)) === null) {
		return {
			name: 'relays',
			status: 'failed',
			found: `${script} is missing`,
			mend: 'Restart the daemon there.',
		};
	}

	return found === undefined
		? {
				name: 'relays',
				status: 'warning',
				found: 'neither curl nor perl: opening a link takes a Node start',
				mend: 'Install curl there.',
			}
		: {name: 'relays', status: 'ok', found: `by ${found}`, mend: null};
};
