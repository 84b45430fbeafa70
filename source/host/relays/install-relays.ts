import {mkdir, readFile, readdir, readlink, rename, rm, symlink, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {pathKeeper, pathKeeperScript} from './relay-environment.ts';
import {relayNames, relayScript} from './relay-script.ts';

/** Where agents find the relays; the same for every daemon of a state folder. */
export const relayFolder = (stateFolder: string): string => path.join(stateFolder, 'relays');

/**
 * Puts the relays in place. Agents of an older daemon run them meanwhile: each file is replaced
 * whole, and one that is right already is left alone.
 */
export const installRelays = async (
	stateFolder: string,
	command: readonly string[],
): Promise<string> => {
	const folder = relayFolder(stateFolder);
	await mkdir(folder, {recursive: true, mode: 0o700});
	await replaceFile(path.join(folder, 'relay'), relayScript(command));
	for (const name of relayNames) await replaceLink(path.join(folder, name), 'relay');
	await replaceFile(path.join(folder, pathKeeper), pathKeeperScript(folder), 0o600);
	const known = new Set<string>(['relay', pathKeeper, ...relayNames]);
	for (const name of await readdir(folder)) {
		if (!known.has(name)) await rm(path.join(folder, name), {force: true});
	}

	return folder;
};

const replaceFile = async (file: string, content: string, mode = 0o700): Promise<void> => {
	if ((await readFile(file, 'utf8').catch(() => null)) === content) return;
	const fresh = `${file}.${process.pid}.new`;
	await writeFile(fresh, content, {mode});
	await rename(fresh, file);
};

const replaceLink = async (file: string, target: string): Promise<void> => {
	if ((await readlink(file).catch(() => null)) === target) return;
	const fresh = `${file}.${process.pid}.new`;
	await rm(fresh, {force: true});
	await symlink(target, fresh);
	await rename(fresh, file);
};
