import type {Put} from '../plan/operation.ts';

export type Moving = {files: number; totalFiles: number; bytes: number; totalBytes: number};

/** How far a rule's transfers are, over as many cycles as they take: it counts on until nothing is under way. */
export type Progress = {
	readonly now: Moving;
	expect(puts: readonly Put[]): void;
	moved(moved: {files: number; bytes: number}): void;
	/** These are under way no more, and so many bytes of them went in vain. */
	drop(puts: readonly Put[], bytes: number): void;
	/** Nothing is under way any more: what comes next is counted anew. */
	rest(): void;
};

const nothing: Moving = {files: 0, totalFiles: 0, bytes: 0, totalBytes: 0};

const sizeOf = (puts: readonly Put[]): number => puts.reduce((sum, {size}) => sum + size, 0);

export const createProgress = (): Progress => {
	let now = nothing;
	return {
		get now() {
			return now;
		},
		expect(puts) {
			now = {
				...now,
				totalFiles: now.totalFiles + puts.length,
				totalBytes: now.totalBytes + sizeOf(puts),
			};
		},
		moved({files, bytes}) {
			now = {...now, files: now.files + files, bytes: now.bytes + bytes};
		},
		drop(puts, bytes) {
			now = {
				...now,
				totalFiles: Math.max(0, now.totalFiles - puts.length),
				totalBytes: Math.max(0, now.totalBytes - sizeOf(puts)),
				bytes: Math.max(0, now.bytes - bytes),
			};
		},
		rest() {
			now = nothing;
		},
	};
};
