import {access, readdir} from 'node:fs/promises';
import path from 'node:path';
import {findAgentKind} from '../../agents/registry.ts';
import type {Surroundings} from './plan-launch.ts';
import type {LaunchMemory} from './record.ts';

/** The session if a new run can take it up: its kind knows how, it is there, and nobody chose another. */
export const findSession = async (
	kind: string,
	session: string | null,
	{args, command, env}: Pick<LaunchMemory, 'args' | 'command' | 'env'>,
	{login, home}: Pick<Surroundings, 'login' | 'home'>,
): Promise<string | null> => {
	const place = findAgentKind(kind)?.sessions;
	if (!place || session === null || command?.length || place.isChosen(args)) return null;
	// It becomes an argument and part of a path, and it came from the agent.
	if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/.test(session)) return null;
	const own = {...login, ...env};
	const file = place.file(session, {home: own['HOME'] || home, env: own});
	return (await isThere('/', file.split('/').filter(Boolean))) ? session : null;
};

/** Whether a path is there in which one `*` may stand for any part of each name. */
const isThere = async (folder: string, names: readonly string[]): Promise<boolean> => {
	const [name, ...rest] = names;
	if (name === undefined) {
		return access(folder).then(
			() => true,
			() => false,
		);
	}

	const [start = '', end] = name.split('*');
	if (end === undefined) return isThere(path.join(folder, name), rest);
	const found = (await readdir(folder).catch(() => [])).filter(
		entry => entry.startsWith(start) && entry.endsWith(end),
	);
	for (const entry of found.sort().reverse()) {
		if (await isThere(path.join(folder, entry), rest)) return true;
	}

	return false;
};
