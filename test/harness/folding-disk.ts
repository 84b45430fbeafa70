import {execFileSync, spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdirSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';

/**
 * A file system at a folder that takes names which differ only in case or Unicode form as one; what
 * it holds lies beside it. Root on Linux alone can make one.
 */
export const mountFoldingDisk = async (
	folder: string,
): Promise<AsyncDisposable & {source: string}> => {
	if (process.platform !== 'linux' || process.getuid?.() !== 0) {
		throw new Error('this test mounts a file system of its own, which needs root on Linux');
	}

	const source = `${folder}.disk`;
	mkdirSync(folder, {recursive: true});
	mkdirSync(source, {recursive: true});
	const program = path.join(import.meta.dirname, 'folding-disk.py');
	// Debian's own Python is the one that its packages are for.
	const child = spawn('/usr/bin/python3', [program, source, folder], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	const exited = once(child, 'exit');
	const [how] = await Promise.race([once(child.stdout, 'data'), exited]);
	if (!String(how).includes('mounted'))
		throw new Error(`the file system ended with ${String(how)}`);
	return {
		source,
		async [Symbol.asyncDispose]() {
			// Lazily: a watcher may still look at it.
			execFileSync('umount', ['--lazy', folder]);
			await Promise.race([exited, new Promise(resolve => setTimeout(resolve, 2000).unref())]);
			child.kill();
			await exited;
		},
	};
};
