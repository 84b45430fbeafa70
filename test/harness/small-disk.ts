import {execFileSync} from 'node:child_process';
import {mkdirSync} from 'node:fs';
import process from 'node:process';

/** A file system of its own at a folder, of so many bytes; root on Linux alone can make one. */
export const mountSmallDisk = (folder: string, bytes: number): Disposable & {folder: string} => {
	if (process.platform !== 'linux' || process.getuid?.() !== 0) {
		throw new Error('this test mounts a file system of its own, which needs root on Linux');
	}

	mkdirSync(folder, {recursive: true});
	execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', folder]);
	return {
		folder,
		// Lazily: a watcher may still look at it.
		[Symbol.dispose]: () => void execFileSync('umount', ['--lazy', folder]),
	};
};
