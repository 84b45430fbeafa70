import {copyFileSync, constants, linkSync, lstatSync, renameSync, unlinkSync} from 'node:fs';
import {createRequire} from 'node:module';
import os from 'node:os';
import type Koffi from 'koffi';

/** What Node's `rename` cannot do: neither replaces anything behind the caller's back. */
export type Rename = {
	/** Swaps two names in one step. False where this file system cannot; throws what `rename` does. */
	exchange(a: string | Buffer, b: string | Buffer): boolean;
	/** Throws EEXIST where `to` is taken. */
	noReplace(from: string | Buffer, to: string | Buffer): void;
};

type NativeCall = (from: Buffer, to: Buffer, flags: number) => number;
type Native = {call: NativeCall; errno: () => number; exchange: number; noReplace: number};

const unsupported = new Set(['EINVAL', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP']);
const codes = new Map(Object.entries(os.constants.errno).map(([code, number]) => [number, code]));

/** `native: false` is for a system without the call, and for the tests of that. */
export const createRename = ({native = true}: {native?: boolean} = {}): Rename => {
	const system = native ? loadNative() : undefined;
	const attempt = (from: string | Buffer, to: string | Buffer, flags: number): boolean => {
		if (system === undefined) return false;
		if (system.call(terminated(from), terminated(to), flags) === 0) return true;
		const code = codes.get(system.errno()) ?? 'EIO';
		if (unsupported.has(code)) return false;
		throw Object.assign(new Error(`${code}: rename`), {code});
	};

	return {
		exchange: (a, b) => attempt(a, b, system?.exchange ?? 0),
		noReplace(from, to) {
			if (!attempt(from, to, system?.noReplace ?? 0)) linkThenUnlink(from, to);
		},
	};
};

const terminated = (path: string | Buffer): Buffer =>
	Buffer.concat([typeof path === 'string' ? Buffer.from(path) : path, Buffer.of(0)]);

function loadNative(): Native | undefined {
	try {
		// Not an import: the addon is optional, and stands beside the bundle rather than in it.
		const koffi = createRequire(import.meta.url)('koffi') as typeof Koffi;
		const library = koffi.load(null);
		if (process.platform === 'linux') {
			const here = -100; // AT_FDCWD
			const renameat2 = library.func('int renameat2(int, void*, int, void*, unsigned int)');
			const call: NativeCall = (from, to, flags) =>
				renameat2(here, from, here, to, flags) as number;
			return {call, errno: () => koffi.errno(), exchange: 2, noReplace: 1};
		}

		if (process.platform === 'darwin') {
			const renamex = library.func('int renamex_np(void*, void*, unsigned int)');
			const call: NativeCall = (from, to, flags) => renamex(from, to, flags) as number;
			return {call, errno: () => koffi.errno(), exchange: 2, noReplace: 4};
		}
	} catch {
		// Another platform, or a libc without the call.
	}

	return undefined;
}

function linkThenUnlink(from: string | Buffer, to: string | Buffer): void {
	if (lstatSync(from).isDirectory()) {
		if (lstatSync(to, {throwIfNoEntry: false}) !== undefined) {
			throw Object.assign(new Error('EEXIST: rename'), {code: 'EEXIST'});
		}

		renameSync(from, to);
		return;
	}

	try {
		linkSync(from, to);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error;
		// A file system without hard links.
		copyFileSync(from, to, constants.COPYFILE_EXCL);
	}

	unlinkSync(from);
}
