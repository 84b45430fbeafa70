import {constants} from 'node:fs';
import {access, stat} from 'node:fs/promises';
import path from 'node:path';

/** The file that a program name means on a PATH, as execvp(3) would find it; undefined when there is none. */
export const findProgram = async (
	program: string,
	searchPath: string,
	cwd = '/',
): Promise<string | undefined> => {
	const candidates = program.includes('/')
		? [path.resolve(cwd, program)]
		: searchPath.split(':').map(folder => path.join(path.resolve(cwd, folder), program));
	for (const file of candidates) {
		try {
			await access(file, constants.X_OK);
			if ((await stat(file)).isFile()) return file;
		} catch {
			// Not here: the next folder.
		}
	}

	return undefined;
};
