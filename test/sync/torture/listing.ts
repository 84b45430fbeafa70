import fs from 'node:fs';
import path from 'node:path';

/** Path to what stands there, as text to compare and print; sync's own folder left out. */
export const listing = (root: string): Record<string, string> => {
	const found: Record<string, string> = {};
	const walk = (folder: string) => {
		for (const entry of fs.readdirSync(Buffer.from(path.posix.join(root, folder), 'latin1'), {
			encoding: 'latin1',
			withFileTypes: true,
		})) {
			if (folder === '' && entry.name === '.fleet-sync') continue;
			const at = folder === '' ? entry.name : `${folder}/${entry.name}`;
			const native = Buffer.from(path.posix.join(root, at), 'latin1');
			if (entry.isDirectory()) {
				found[at] = 'folder';
				walk(at);
			} else if (entry.isSymbolicLink()) found[at] = `link ${fs.readlinkSync(native)}`;
			else {
				const executable = (fs.statSync(native).mode & 0o100) !== 0;
				found[at] = `${executable ? 'program' : 'file'} ${fs.readFileSync(native, 'utf8')}`;
			}
		}
	};
	walk('');
	return found;
};
