import {realpath} from 'node:fs/promises';
import path from 'node:path';

/**
 * Where a path really is: absolute, `..` and symlinks resolved, so that the laptop compares what the
 * file system means. What does not exist yet is found by its nearest folder that does.
 */
export const realPath = async (file: string, cwd: string): Promise<string> => {
	const absolute = path.resolve(cwd, file);
	try {
		return await realpath(absolute);
	} catch (error) {
		const parent = path.dirname(absolute);
		const {code} = error as NodeJS.ErrnoException;
		if ((code !== 'ENOENT' && code !== 'ENOTDIR') || parent === absolute) return absolute;
		return path.join(await realPath(parent, '/'), path.basename(absolute));
	}
};
