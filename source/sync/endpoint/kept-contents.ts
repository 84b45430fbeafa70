import {sameContent, type Signature} from '../entry.ts';
import type {BytePath} from '../path.ts';
import type {StepFile} from '../plan/fill.ts';

/**
 * Small contents that a scan of a first sync read, until they are asked for a moment later: no file
 * is opened twice. What finds no room is read again.
 */
export type KeptContents = {
	keep(path: BytePath, signature: Signature, bytes: Uint8Array): void;
	/** Copies the content into `room` at `at`, and forgets it. False where it is not kept. */
	take(item: StepFile, room: Buffer, at: number): boolean;
	clear(): void;
};

/** Memory in one piece, given back when the last content in it was taken. */
type Slab = {bytes: Buffer; used: number; contents: number};

type Kept = {signature: Signature; slab: Slab; at: number; length: number};

const slabBytes = 4 * 1024 * 1024;
const mostSlabs = 8;
const largestContent = 256 * 1024;

export const createKeptContents = (): KeptContents => {
	const kept = new Map<BytePath, Kept>();
	const free: Buffer[] = [];
	let slabs = 0;
	let filling: Slab | undefined;

	const forget = (path: BytePath, {slab}: Kept): void => {
		kept.delete(path);
		if (--slab.contents === 0 && slab !== filling) free.push(slab.bytes);
	};

	const clear = (): void => {
		kept.clear();
		free.length = slabs = 0;
		filling = undefined;
	};

	const slabFor = (length: number): Slab | undefined => {
		if (filling !== undefined && filling.used + length <= slabBytes) return filling;
		if (filling?.contents === 0) free.push(filling.bytes);
		filling = undefined;
		if (free.length === 0) {
			if (slabs === mostSlabs) return undefined;
			slabs++;
			free.push(Buffer.allocUnsafeSlow(slabBytes));
		}

		filling = {bytes: free.pop()!, used: 0, contents: 0};
		return filling;
	};

	return {
		keep(path, signature, bytes) {
			const {length} = bytes;
			if (length > largestContent) return;
			const before = kept.get(path);
			if (before !== undefined) forget(path, before);
			const slab = slabFor(length);
			if (slab === undefined) return;
			slab.bytes.set(bytes, slab.used);
			kept.set(path, {signature, slab, at: slab.used, length});
			slab.used += length;
			slab.contents++;
		},
		take({path, signature, size}, room, at) {
			const found = kept.get(path);
			if (found === undefined) return false;
			const {slab, length} = found;
			if (length !== size || !sameContent(found.signature, signature)) return false;
			slab.bytes.copy(room, at, found.at, found.at + length);
			forget(path, found);
			// All that a scan left was fetched: the memory is of no use until the next one.
			if (kept.size === 0) clear();
			return true;
		},
		clear,
	};
};
