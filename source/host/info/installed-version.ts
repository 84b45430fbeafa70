import {open, realpath} from 'node:fs/promises';
import path from 'node:path';

const mostBytes = 256 * 1024;
/** `bin/claude.exe` lies one folder below its package, `dist/bin/x.js` two. */
const mostFolders = 4;

/**
 * The version of an installed program as the folder says that it lies in, without running it: of the
 * npm package `name`, or of a folder or file that is named by its version. Undefined where neither tells.
 */
export const installedVersion = async (file: string, name: string): Promise<string | undefined> => {
	const real = await realpath(file).catch(() => file);
	const own = path.basename(real);
	if (/^\d+\.\d+\.\d+$/.test(own)) return own;
	let folder = path.dirname(real);
	for (let count = 0; count < mostFolders; count++) {
		const found = await readPackage(path.join(folder, 'package.json'));
		if (found?.name === name && /^\d+\.\d+\.\d+[\w.+-]{0,40}$/.test(found.version)) {
			return found.version;
		}

		folder = path.dirname(folder);
	}

	return undefined;
};

const readPackage = async (file: string): Promise<{name: string; version: string} | undefined> => {
	const handle = await open(file).catch(() => undefined);
	if (!handle) return undefined;
	try {
		const {size} = await handle.stat();
		if (size > mostBytes) return undefined;
		const {name, version} = JSON.parse(await handle.readFile('utf8')) as Record<string, unknown>;
		return typeof name === 'string' && typeof version === 'string' ? {name, version} : undefined;
	} catch {
		return undefined;
	} finally {
		await handle.close();
	}
};
